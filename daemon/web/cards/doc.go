// Package cards draws the pages about stored records: the search, the card of a record with where each value came from, and the fields that records have.
//
// # Why a value that differs from the journal has no author
//
// inlet knows what it wrote and that something else is there now. Who changed it, and when, only the application could say.
package cards
