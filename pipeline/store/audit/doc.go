// Package audit keeps who has done what in a store: on a page, by the API or with a command.
//
// # Why an entry is written before the act
//
// A crash in the middle of an act, or an act that takes an hour, is seen all the same. One that fails at once is marked as failed afterwards. If the
// entry cannot be written, nothing is done.
//
// # Why it has no table of its own
//
// Its documents stand among the settings under a prefix, where the files and databases of earlier versions have room for them without an upgrade.
package audit
