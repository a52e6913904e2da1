// Package store keeps records and what imports did to them, in one database. It puts the parts together (records, journal, imports, lease, outbox,
// sources, settings, each a small type over package engine) and has what needs several of them: applying a batch, and finishing one that was
// interrupted. Which database it is only the caller of New knows.
//
// # How a batch is applied
//
//	journal k ─▶ accounts ─▶ contacts ─▶ checkpoint k (the import's document)
//
// The journal has the batch's changes before any record is touched. A record carries the ID of the change that last wrote it, so applying a batch again
// does nothing to records that have it already. Killed anywhere, the batch is applied again from its journal. The last batch has no checkpoint of its own:
// the import is stored as ended right after it.
//
// # Why an interrupted batch is finished by whoever applies next
//
// Only one import at a time is applied to a store. Its process may die between journal and checkpoint, and another one, with another workbook, may be
// first to take the lease. If it went on at once, the interrupted batch would later meet records that are no longer as its changes say. The journal has
// all it takes, so the new owner of the lease first finishes it.
//
// # Why a batch is prepared before it is applied
//
// To encode its changes and to coalesce its writes takes about as long as the database does for the batch before. Prepare does it beside that.
package store
