// Package layout finds where the parts of a mapping stand in a workbook: the sheet and the row of headings (W9).
//
// It reads the first rows of sheets and says nothing of what is below them. Package bind lays the mapping on the headings that were found.
//
// # Why a row of headings must be better than the rows above it
//
// Reports have titles, dates and notes above their table. The first row with all headings that the mapping names is taken. Where it names
// none, the first row with two known headings is, unless a row above it has as many filled cells: then values could be taken for headings,
// and the file is refused with the number of the row.
package layout
