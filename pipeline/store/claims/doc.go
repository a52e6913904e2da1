// Package claims records which process owns which claimed workbook, and the order of the queue of each inbox, so that several daemons can watch one
// inbox: a claim of a daemon that has ended is adopted by another one.
//
// The table has two kinds of documents: one for each owner, whose version is its heartbeat, and one for each inbox, which holds the inbox's queue.
//
// # Why a queue is one document
//
// A claim gets its number, its owner and its place in the order by one swap, which is made whole or not at all, so that a crash leaves nothing half
// done. An inbox has few claims at a time: a daemon claims one workbook ahead.
//
// # Why an owner is declared dead before its claims are adopted
//
// Clocks of two hosts are never compared. An observer watches the version of an owner's document on its own monotonic clock. If the version stands
// still it swaps the document of that version for one that says that the owner is dead; only then may claims be adopted. So an owner that could
// renew its heartbeat owns all its claims at that moment, and the renewal is one command, however many claims there are. A process that was suspended
// meanwhile cannot renew it, and learns so that it owns nothing any more.
//
// # Why the documents of owners are reused
//
// A daemon that starts takes over the document of an owner that has ended, with a higher epoch, so that their number does not grow with each start.
package claims
