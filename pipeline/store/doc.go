// Package store keeps records and what imports did to them. It writes once what must be right on every database: the journal, the
// marks, the lease, the keys that records are found by. The engines (sqlite, mongo) offer the primitives of Engine.
//
// # How a batch is applied
//
//	journal k ─▶ accounts ─▶ contacts ─▶ checkpoint k (the import's document)
//
// The journal holds the batch's changes before any record is touched. A record carries the mark of the change that last wrote it, so
// applying a batch again does nothing to records that have it already. Killed anywhere, the batch is applied again from its journal.
//
// # Why a contact goes before its account
//
// A batch of an undo takes records away, contacts first: cut off in the middle it leaves an account without contacts, never a contact
// without an account. A contact that somebody changed meanwhile stays, and then its account is left too.
//
// # Why an interrupted batch is finished by whoever applies next
//
// Only one import at a time is applied to a store. Its process may die between journal and checkpoint, and another one, with
// another workbook, may be first to take the lease. If it went on at once, the interrupted batch would later meet records that are no
// longer as its changes say. The journal has all it takes, so the newcomer first finishes it.
//
// # Why the lease compares no clocks
//
// Two hosts do not agree on the time. An owner raises the version of the lease's document; who waits watches that version on its own
// monotonic clock and takes over when it has stood still for long. A loser finds the version of its import's checkpoint
// changed and stops. On the same host a dead owner is seen at once.
package store
