// Package stringtable holds the shared texts of a workbook.
//
// # Why not a slice of strings
//
// A workbook may have millions of them. Here a text costs 8 bytes and its own length, and the garbage collector has nothing to follow.
// What does not fit into 48 MB together with that goes into a temporary file.
package stringtable
