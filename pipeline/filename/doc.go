// Package filename knows the names of the files that people put into an inbox: workbooks, mappings beside them, defaults of a folder, copies that a sync
// program made, the mark of a workbook that is open. It opens no file. The names of the files that inlet writes are in package naming.
//
// # Why a name that is nearly right matters
//
// A workbook whose mapping is called kunder.mapping.yml.txt would be imported by its headings alone, without any message. So such a file
// holds its workbook until a person has said whether it is meant.
package filename
