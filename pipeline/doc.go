// Package pipeline takes one workbook all the way: from a file and its mapping to records, and the file to where it belongs.
//
//	          ┌────────────────────── check ──────────────────────┐  refused, held: nothing is written
//	workbook ─┤ sheet ─[]Row▶ mapping ─[]Draft▶                   │
//	          └───────────────────────────────────────────────────┘
//	          ┌────────────────────── apply ──────────────────────┐  two thousand rows at a time
//	          │ sheet ─[]Row▶ mapping ─[]Draft▶ match ─[]Change▶ store ─[]Outcome▶ tally
//	          └───────────────────────────────────────────────────┘
//	report ▶ archive: done/, failed/ or held/
//
// # The way, package by package
//
// Run reads in this order, and no package knows a later one:
//
//	job       what is to be imported, and its workbook opened
//	held      a held file that came back fetches its mapping
//	identify  the mapping that holds, and the ID of the import
//	check     read to the end: sheet, mapping, read
//	proposal  a suggested mapping, where none came along
//	screen    what speaks against the file as a whole
//	apply     batch by batch: read, match, store
//	rejects   the rows that were not applied, as a workbook
//	report    what is said about it
//	finish    archive, and the notifications
//
// Here stand only the order of these steps (pipeline.go), what people decide (decide.go), and the small steps that need several of them: crashloop, index,
// plan, stuck and undo.
//
// # Rules
//
//   - Every row in is exactly one outcome out, per kind.
//   - Ask whose fault it is. A row: a Problem, and the rest goes on. A workbook: a *ledger.Refusal, to failed or held. The environment
//     (store down, disk full; ledger.IsTemporary has the closed list): Run returns the error, and the same Run again, later, continues.
//     Any other error is unknown; after some tries Strand makes the import stuck, so that the next files go on.
//   - A refused or held file has written nothing: it is read to its end before the first record is touched.
//
// # Why the steps go side by side
//
// While one batch is written, the next is matched and waits, another is being matched and another is read: see package apply, which also says
// why the results are those of one step after the other.
//
// # Figures
//
// 100,000 rows of 12 columns, 70,035 accounts and 100,000 contacts, on two cores, beside what a skilled user would write instead: openpyxl
// reads, pymongo writes in bulk, with no journal, no undo and no report (2026-11). Medians of five rounds in turn; SQLite against openpyxl that
// only reads.
//
//	                              inlet     the other   times
//	SQLite, fresh                 2.1 s        3.8 s      1.8   openpyxl only reads
//	SQLite, unchanged             1.8 s        3.8 s      2.1   openpyxl only reads
//	MongoDB, fresh                7.8 s       15.1 s      1.9
//	MongoDB, unchanged            5.0 s       25.5 s      5.1
//	MongoDB, a tenth changed      5.6 s       25.0 s      4.5
//
// A fresh import on SQLite: 0.05 s to start, 0.2 to read the file to its end, 1.65 to match and write, 0.1 to close, the rest to collect garbage.
// Matching takes 1.3 s and writing beside it 1.6 (of it 1.0 inside SQLite, which is C made into Go): with reading and packing 3.3 s of
// processor time, which keep two cores busy to 87 %. MongoDB's time is the server's own (inlet uses 4.3 s of processor time).
//
// BenchmarkGrowth, 20,000 rows into stores of 10 thousand, 100 thousand and a million accounts, seven imports each, times as long: SQLite 1,
// 1.48, 1.51 (few keys are found in memory, many are looked up in their table; a few imports have them go there); MongoDB 1, 0.94, 1.04.
//
// # Why an undo is an import
//
// It goes through the same steps from the third on, with changes that are read from a journal and inverted instead of matched from rows. So it is
// crash-exact, counted and listed as any import, and can be undone itself. Package revert has what becomes of a change.
//
// # Why an import is marked done before its file moves
//
// Killed between the two, a start finds the arrival and its import, sees that it ended, and only moves the file. The other way round
// the file would be gone without a record of its import.
package pipeline
