// Package files is what inlet needs of a file system and the os package does not have: files that are written whole or not at all, renames that
// never replace, the identity of a file, network file systems, free space, and the names of files beside a workbook (its mapping, copies that
// a sync program made, the mark of an open workbook). It knows no imports and no inboxes; every package may import it.
//
// # Why two kinds of rename
//
// RenameNew never replaces a file, whatever else runs on the disk; done and failed folders need that. RenameFree also works where the file
// system can do neither that nor links, and may there replace a file that is created at the same moment: it is for names that only inlet gives.
//
// # Why a name that is nearly right matters
//
// A workbook whose mapping is called kunder.mapping.yml.txt would be imported by its headings alone, without any message. So such a file
// holds its workbook until a person has said whether it is meant.
package files
