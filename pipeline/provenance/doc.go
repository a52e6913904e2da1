// Package provenance finds where the values of a record came from: the file, the cell and the import that wrote each, and the values before.
//
// It follows the chain of marks: a record keeps the ID of the change that last wrote it, and the journal's entry of that change has the ID of the one
// before. So it needs no index, and costs a few reads for each import that has touched the record.
//
// # What it cannot know
//
// Who changed a value outside inlet, and when. Such a value is only known to differ from what the journal says was written last. What was removed
// from the journal (retention.journal) is older than what can be shown.
package provenance
