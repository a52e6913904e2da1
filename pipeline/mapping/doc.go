// Package mapping reads sidecars: which column of a workbook is which field, what to match on, and what an import may do.
//
// A Mapping is the sidecar as understood, or what the configuration says where there is none. It knows no workbook. Package layout finds
// the sheet and the row of headings for it, bind lays it on them and makes drafts of rows, convert reads single cells, suggest proposes a
// mapping, lint gives advice on one, template writes an empty workbook.
//
// # Rules
//
//   - The heading decides the field (R3); the sidecar overrides it column by column (R7). `ignore` leaves a column alone.
//   - A sidecar chooses the mapping, never where or who: no database, address, credential or path has a key in it.
//   - Strict: an unknown key, a doubled key and a wrong word are mistakes with line and column, and all of them are reported at once.
//   - Nothing is guessed: a number or date that could mean two things is a Problem, or holds the file.
//
// # Why a Mapping has exported fields
//
// The packages that lay it on a workbook read nearly all of them. Whoever parsed a mapping owns it; nothing changes it after that but
// Share, UseForRejects, Note, and the parts that layout adds under sheets: all.
package mapping
