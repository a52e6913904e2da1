// Package open opens what the flags of a command name: the configuration, a store, the fields that it knows, a source.
//
// It prints no results; what a command does with an open store is its own.
//
// # Why a store is opened in three ways
//
//   - Store creates the database if there is none: to import is to begin.
//   - Existing does not. A command that is useless without records must not create a store from a typing mistake in its path.
//   - OrEmpty opens a temporary store instead: a command that shows what would happen leaves no file behind.
//
// # Why there is a variable
//
// At is set by tests that end the process at one of the crash points of a command. Every command comes by here, so that none has to hand it on.
package open
