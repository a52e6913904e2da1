// Package intake is what the pages of uploads read and do: it brings together the uploads of all inboxes (uploads), the session that imports from each, and
// what a person chooses of the columns (uploads/columns).
//
// # Why one plan at a time
//
// A plan reads the whole workbook and writes to a scratch database. Two of them beside an import would take more memory than inlet promises.
//
// # Why an import of an upload is not begun here
//
// The upload is moved into its inbox and is then a file like any other: its turn, its limits, its archive and what becomes of it after a crash are the same.
package intake
