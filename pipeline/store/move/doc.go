// Package move copies all that a store holds into another database, and makes sure that the two hold the same.
//
// # The order
//
// First the tables of documents, then the records: what records are found by is made of the rules that are among the documents. Everything is inserted and
// nothing replaced, a page at a time, and the position is noted with each page. A move that was interrupted continues there; what the last page had
// inserted before is left as it is.
//
// # Why the lease of the source is held for all of it
//
// An import that ran meanwhile would be moved in half. An import that was interrupted before is not finished first: the source stays as it was, and
// whoever takes the lease in the new database finishes it.
//
// # Why the target cannot be opened before the end
//
// A note in it says whose unfinished move it is, and a store that finds the note is not opened. It is removed when both sides were read to their ends and are
// equal.
//
// # Why the source is retired
//
// A daemon of the source that waited for the lease would go on importing into it when the move has ended, which is no longer in use. Its lease says then
// where everything is, and is not given to any process.
//
// # Values of other programs
//
// Between two databases that other programs write to, documents are copied as they are. A database that only inlet writes to cannot hold all that such a
// document may: what it cannot hold is counted first, and the move refused unless it is to be left out.
package move
