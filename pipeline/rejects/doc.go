// Package rejects writes the rows that an import did not apply as a workbook of their own, which a person corrects and drops again, and recognises
// such a workbook when it comes back. What is wrong with a row was decided when it was matched; here it is only written down.
//
// # Why the workbook is read again
//
// The rejected rows are copied as they were, also the columns that inlet does not import. The store has only what was mapped.
//
// # Why a property and a name
//
// The workbook names its import in a document property. Programs that save as CSV lose it; then the name, which ends in .rejected, still identifies it.
package rejects
