// Package template writes the workbook that people start from: a column for every field, drop-downs where only some values are possible,
// and a sheet of help (R3, R4).
//
// # Why it says which headings its help sheet has
//
// People send the whole workbook back. An import of every sheet must leave the help sheet out, so package layout asks for its headings.
package template
