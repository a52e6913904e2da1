// Package outcome prints what became of an import, as text or JSON: when it has ended, when it is only planned, and when the user stopped it.
//
// What it prints is composed by package report, which the pages use as well. This package reads the problems and changes from the journal, bounds them on the
// screen, and keeps the order in which scripts read them: problems or changes first, the import last.
package outcome
