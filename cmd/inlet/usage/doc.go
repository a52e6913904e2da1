// Package usage explains how commands are used: their help, in groups and as wide as the screen, and what is wrong with a command line.
//
// # Rules
//
//   - An error names what was typed and what would be right, on one line; a second line names the help.
//   - "Did you mean" is said about commands, subcommands and flags, and only where the word is near.
package usage
