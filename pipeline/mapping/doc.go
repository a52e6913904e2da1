// Package mapping says which column is which field, and makes drafts of rows.
//
// # Rules
//
//   - The heading decides the field (R3); the sidecar overrides it column by column (R7). `ignore` leaves a column alone.
//   - A sidecar chooses the mapping, never where or who: no database, address, credential or path has a key in it.
//   - Strict: an unknown key, a doubled key, a wrong word is a mistake with line and column, and every mistake is told at once.
//   - Nothing is guessed: a number or date that could mean two things is a Problem, or holds the file.
//
// # Why the sidecar is read node by node
//
// Decoding into a struct stops at the first mistake and forgets where things stood. A person who mends a sidecar wants all of them, with
// their lines.
package mapping
