// Package files knows the names of files: which is the mapping of which workbook, which has nearly such a name, which is a copy that a sync
// program made, and which says that a workbook is open. It reads no file.
//
// # Why a name that is nearly right matters
//
// A workbook whose mapping is called kunder.mapping.yml.txt would be imported by its headings alone, and nobody would hear of it. So such a
// file holds its workbook until a person has said whether it is meant.
package files
