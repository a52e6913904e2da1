// Package pipeline takes one workbook all the way: from a file and its mapping to records, and the file to where it belongs.
//
//	          ┌────────────────────── check ──────────────────────┐  refused, held: nothing is written
//	workbook ─┤ sheet ─[]Row▶ mapping ─[]Draft▶                   │
//	          └───────────────────────────────────────────────────┘
//	          ┌────────────────────── apply ──────────────────────┐  four thousand rows at a time
//	          │ sheet ─[]Row▶ mapping ─[]Draft▶ match ─[]Change▶ store ─[]Outcome▶ tally
//	          └───────────────────────────────────────────────────┘
//	report ▶ archive: done/, failed/ or held/
//
// # Rules
//
//   - Every row in is exactly one outcome out, per kind.
//   - Ask whose fault it is. A row: a Problem, and the rest goes on. A workbook: a *ledger.Refusal, to failed or held. The world (store
//     down, disk full): any other error; Run gives it back, and the same Run again, later, carries on where it stood.
//   - A refused or held file has written nothing: it is read to its end before the first record is touched.
//
// # Why the steps go side by side
//
// While batch k is written, batch k+1 is matched and batch k+2 is read: see rows in sidebyside.go, which also says why the results are those
// of one after the other.
//
// # Figures
//
// 100,000 rows of 12 columns, 70,035 accounts and 100,000 contacts, on two cores, beside what a skilled user would write instead: openpyxl
// reads, pymongo writes in bulk, with no journal, no undo and no report (2026-11). SQLite: medians of five rounds in turn, against openpyxl
// that only reads. MongoDB-compatible server: of three.
//
//	                              inlet     the other   times
//	SQLite, fresh                 3.5 s        4.0 s      1.1   openpyxl only reads
//	SQLite, unchanged             2.9 s        4.0 s      1.4   openpyxl only reads
//	MongoDB, fresh               10.4 s       16.3 s      1.6
//	MongoDB, unchanged            7.2 s       25.9 s      3.6
//	MongoDB, a tenth changed      8.4 s       26.5 s      3.2
//
// A fresh import on SQLite takes 5.1 s of processor time: writing 2.0 (of it 1.6 inside SQLite, which is C made into Go; in C the same rows take
// 1.0), matching and packing 2.1, reading twice 0.9. On two cores that is 2.6 s at the least; it is 3.5 because the file is first read to its end
// (0.3 s) and because batches are written one after the other, which takes 2.7 s with the disk. MongoDB's time is the server's own (inlet uses
// 4.9 s of 10.4). BenchmarkGrowth, 20,000 rows into stores of 10 thousand, 100 thousand and a million accounts: SQLite 1, 1.13,
// 1.62 times as long (the key tables no longer fit the 8 MiB that a writer holds: pages are read again), MongoDB 1, 1.11, 1.18.
//
// # Why an undo is an import
//
// It takes the same way from its third step on, with changes read from a journal and turned round where others are matched from rows. So
// it is crash-exact, counted, listed, and can be taken back as they are. undo.go has the steps, turn.go what becomes of a change.
//
// # Why an import is marked done before its file moves
//
// Killed between the two, a start finds the arrival and its import, sees that it ended, and only moves the file. The other way round
// the file would be gone and nobody left to say so.
package pipeline
