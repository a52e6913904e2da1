// Package workbook finds what belongs to a workbook that a person names on the command line, and says what is wrong with it.
//
// # Why it looks for the mapping itself
//
// Beside a workbook the same names count as in an inbox, and a name that is almost right holds the import there as well. In an inbox package claim decides
// with the files that came together; here everything in the folder is there already, and nothing is claimed. The names are those of package files.
package workbook
