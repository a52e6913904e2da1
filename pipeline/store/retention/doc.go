// Package retention removes from a store what is older than it is to be kept: first the journal of an import, which is by far the most, then the import
// itself with its notifications. Claims that no daemon adopts are removed too.
//
// # What is never removed
//
// What a later import depends on: how often a workbook was imported (it stays a duplicate), the mappings and accepted headings, the feed keys of records.
// And whatever a person or a process has yet to finish: an import that is running, stuck, cancelled or held, whose files are not archived, or that an undo
// under way reads.
//
// # Why under the lease
//
// An undo reads the journal of the import that it undoes, a batch at a time, for as long as it takes. It holds the lease, and so does whoever removes. A few
// imports are removed at a time, so that no import waits long.
//
// # Why the import is marked first
//
// A journal that is partly there would be read as that of an import that did less. An import that is marked is not asked for its journal, and the mark says
// that the removal is incomplete until it is not, so one that was interrupted is found and finished.
package retention
