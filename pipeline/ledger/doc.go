// Package ledger holds the nouns of an import: what a row asks for (Draft), what will be done (Change), what was done (Outcome), how
// the whole went (Tally, Import), and what was wrong (Problem for a row, Refusal for a workbook).
//
// # Rules
//
//   - A Problem is data, not an error: the row is an outcome like any other and the rest goes on.
//   - Rows are conserved: per kind, every row with that part present is counted in exactly one column of the Tally.
//   - The text of a Problem or Refusal says where, what was there and what to do, in the reader's words.
package ledger
