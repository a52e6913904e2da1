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
// of one after the other. Beside one after the other that is 1.3 times the rows/s on SQLite, and on MongoDB 1.14 (fresh) to 1.5 times
// (unchanged), on two cores.
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
