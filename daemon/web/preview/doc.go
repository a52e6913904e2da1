// Package preview draws the plan of an upload: the whole file, in a list for each outcome, old and new values, the rows that match several records with
// what they may mean, and the problems by what is to be done about them.
//
// # Why rows are read by their place
//
// A plan may have a million rows. A page reads those that it shows, and of a search no more than a person waits for; then it says that there is more.
//
// # Why what is imported carries a digest
//
// The plan may have been made anew in another window, with other columns. Only what the person has seen is imported.
package preview
