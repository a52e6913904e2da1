// Package control has the commands that stop, continue and revert imports: undo, cancel, pause and resume.
//
// # Why most of them only leave a note
//
// The daemon that runs an import may be on another host, and only the store is common to both. cancel, pause and resume write there what is wanted; every
// daemon looks every few seconds. undo needs no daemon: it is an import of its own, and runs here.
package control
