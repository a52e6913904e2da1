// Package check reads a workbook to its end before anything is written, and finds what speaks against the file as a whole: changed headings, a
// column of IDs that belong to another system, nothing to import. What its rows do to records is decided by match.
//
// # Why a whole pass before the first record
//
// A file that cannot be imported must have written nothing. What is wrong may stand in its last row or its last sheet, so the file is read to its
// end first; that costs a tenth of an import.
package check
