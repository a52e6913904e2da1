// Package journal keeps the changes of each batch, from before its records are written.
//
// # Why before
//
// A process that is killed between two writes leaves a batch half written. The journal has all it takes to write the rest, for whichever process
// takes the lease next, and it is what an undo and the list of an import's changes read.
//
// # Why an entry that is there is never replaced
//
// Records may have been written by it. A process that makes the same batch anew, because it was restarted, gets the entry and applies that. Where
// the entry ends at another row, another process is ahead: nothing that follows would fit.
//
// # Why changes that were not written stay in the entry
//
// They are noted beside the changes, by index: an entry of a million rows is not written twice for one conflict.
package journal
