// Package sqlite is the embedded engine of the store: one file beside the program, nothing to install and nothing to run.
//
// # Rules
//
//   - A batch is one transaction: all of it is there after a crash, or nothing.
//   - What a call has said is written is on disk (WAL, synchronous FULL).
//   - No call scans a table, and none makes more look-ups because it is given more keys: they go in as one list.
//   - A second process may use the same file at the same time. Writers wait for each other, readers wait for nobody.
//   - It may be another user's: -wal and -shm take after the file, so a file with mode 660 in a folder with 2770 lets its group in.
//
// # Why every transaction that writes begins as one
//
// A transaction that begins by reading and writes later fails when somebody else wrote in between, and only its caller can
// repeat it. BEGIN IMMEDIATE waits at the start instead, where nothing is lost by trying again.
//
// # Why keys come into their table by a log
//
// The keys of a batch are hashes and lie all over their table: put there at once they had nearly each of its pages written again by every batch,
// which was half of an import of 100,000 rows. They are put one behind the other into a log, which readers hold in memory, and go to the table
// a quarter of a million at a time. See recent.
//
// # Why another connection copies the write-ahead log
//
// SQLite has the commit that makes the log long copy it and wait for the disk. A connection of its own does it while the next batch is made.
//
// # Why the values are JSON text
//
// Support looks into the file with the sqlite3 tool. Nothing is looked for inside the values: what is, has its own table of hashes.
package sqlite
