// Package files is what inlet needs of a file system and the os package does not have: files that are written whole or not at all, renames that
// never replace, the identity of a file, network file systems and free space. It knows no imports and no inboxes; every package may import it. What the
// names of files mean is known by package filename.
//
// # Why two kinds of rename
//
// RenameNew never replaces a file, whatever else runs on the disk; done and failed folders need that. RenameFree also works where the file
// system can do neither that nor links, and may there replace a file that is created at the same moment: it is for names that only inlet gives.
package files
