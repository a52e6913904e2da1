// Package listing says which imports a list shows, and what they count for in the totals of a day. All of it is decided by the import alone.
//
// # Why an import has tags
//
// A store finds the imports of a list by what its documents are tagged with, without reading the others. One tag is one answer to a question that a
// list asks: the inbox, the state, both together because most lists ask for both, and the beginnings of the words of the file's name, because a
// database finds a whole text in the order of the imports and the beginning of one not.
//
// # Why an undone import counts for nothing
//
// What it wrote is gone. Where the undo is undone, it counts again.
package listing
