// Package excerpt is what a page shows of the journal of an import: problems in groups by what can be done about them, and changed values with their cells.
//
// It draws nothing and counts nothing: the totals are those of the import.
//
// # Why it passes over batches
//
// A journal may have a million changes and a page shows some dozens of them. Each batch says how many problems and changed values it has; those before the
// page are not read, and reading ends behind it.
package excerpt
