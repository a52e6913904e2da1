// Package revert undoes an import: it reads the changes of the import from the journal, the newest batch first and the newest change first, and
// inverts them. The undo is itself an import, written batch by batch as any other; who begins, ends and reports it is package pipeline.
//
// # How the rows are counted
//
// Every part of a row of the import is one of its undo, under the same row of the workbook:
//
//	the import            its undo
//	created               removed, or created again what an undo removed
//	updated               updated: at least one cell has its old value again, the others are named with a warning
//	                      rejected: all of it stays, and why is named
//	anything else         unchanged: there is nothing to undo; and likewise what is as before already
//
// # Why values decide and not change IDs
//
// What another program, or a person, changed since is kept and named. That is decided by comparing values: an import that was itself undone has
// left its change IDs and no other trace, and must not be in the way of one before it.
//
// # Why what is kept is remembered
//
// Rows 3 and 9 wrote one cell, and it was changed since back to what row 3 wrote. Row 9 is inverted first, and the cell is kept. Row 3 would
// find its own value and take it for unchanged.
package revert
