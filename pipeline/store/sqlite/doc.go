// Package sqlite is the embedded engine of the store: one file beside the program, nothing to install and nothing to run.
//
// # Rules
//
//   - A batch is one transaction: after a crash all of it is in the file, or nothing.
//   - What a call has returned as written is on disk (WAL, synchronous FULL).
//   - No call scans a table, and none makes more look-ups for more keys: the keys go in as one list.
//   - A second process may use the same file at the same time. Writers wait for each other, readers do not wait.
//   - It may run as another user: -wal and -shm get the mode of the file, so a file with mode 660 in a folder with mode 2770 can be used by its group.
//
// # Why every transaction that writes begins as one
//
// A transaction that begins by reading and writes later fails when another connection wrote in between, and only its caller can repeat it. BEGIN
// IMMEDIATE waits at the start instead, where nothing is lost by trying again.
//
// # Why keys reach their table through a log
//
// The keys of a batch are hashes and belong to pages all over their table: inserted at once they had nearly each page written again by every batch,
// which was half of an import of 100,000 rows. They are appended to a log, which readers hold in memory, and moved to the table a quarter of a million
// at a time. See package keys.
//
// # Why another connection checkpoints the write-ahead log
//
// SQLite has the commit that makes the log long copy it and wait for the disk. A connection of its own does it while the next batch is prepared.
// It stays open as long as the engine, so that SQLite keeps the log: one that is missing was removed by another program. See file.
//
// # Why the values are JSON text
//
// A person can read the file with the sqlite3 tool. No query looks inside the values: the keys that records are found by have a table of their own.
package sqlite
