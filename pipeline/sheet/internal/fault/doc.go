// Package fault says why a file cannot be read as a workbook, for package sheet and its children.
//
// An *Unreadable is the fault of the file: the same bytes are refused again. Every other error (a disk, a missing right, a cancelled
// context) is a fault of the surroundings, and the same file may be read later. The functions In… draw that line for errors of other
// packages, in one place, so that no reader decides it for itself.
//
// # Why an Unreadable has a format and arguments
//
// The sentences are translated (package message), and a translator needs the sentence without what stood in the file.
package fault
