// Package check has the command check: whether the configuration, the store and the inboxes can be used, or whether a workbook can be imported.
//
// It differs from package doctor: check says before the start what would fail and answers with an exit code; doctor describes what is there, to somebody
// who looks for a fault.
//
// # Why it writes
//
// Whether an inbox can be written to is known only by writing. A file is created there under a name that inboxes ignore, and removed.
package check
