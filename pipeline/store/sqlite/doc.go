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
// # Why the values are JSON text
//
// Support looks into the file with the sqlite3 tool. Nothing is looked for inside the values: what is, has its own table of hashes.
package sqlite
