// Package rejects writes the rows that an import did not apply as a workbook of their own, which a person corrects and drops again, and recognises
// such a workbook when it comes back. What is wrong with a row was decided when it was matched; here it is only written down.
//
// # Why the workbook is read again
//
// The rejected rows are copied as they were, also the columns that inlet does not import. The store has only what was mapped.
//
// # Why a property and a name
//
// The workbook names its import in a document property. Programs that save as CSV lose it; then the name, which is stored with the import, still identifies it.
//
// # Why corrections are numbered by the import that rejected the rows first
//
// A person must see which file still needs work. kunder.avvisade-2.xlsx is what kunder.korrigerade.xlsx left over, and each number is given once, however
// often the same file is dropped: the rejected rows with the highest number and no corrected workbook of that number are what is left to do.
package rejects
