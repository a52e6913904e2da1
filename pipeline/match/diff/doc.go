// Package diff says what a row's cells do to a record: which fields of a new one they fill, and which fields of a stored one they change (section 6
// of the semantics, F1 to F5; an invalid cell, F6, is the mapping's). It decides nothing about which record that is.
//
// # Rules
//
//   - A field of the rule that matched is never written (F1), and no field of any rule is cleared (F5).
//   - A cell that equals what is stored writes nothing (F3): the row is unchanged.
//   - A record keeps at least one of the fields that its kind requires, whatever the cells clear (F5).
//   - The import's defaults (R15) are laid over what the cells do.
package diff
