// Package check finds what is wrong with a configuration that no type can say: words of closed lists, numbers out of range, folders that
// contain each other, files with secrets that other users may read.
//
// # The rules
//
//   - Every mistake is reported at once, each with file, line, column and what to write.
//   - What a mistake follows from is not reported again: a key that could not be read, and the keys around it, have one mistake.
//   - Files that are named are looked at now, not when the first import needs them.
//
// # Why the rules are functions over a Checker
//
// Each part of the configuration is checked whatever the others say, so the rules share only what a Checker has: where a key was set, and
// the list of mistakes. A rule that needs another part gets it as an argument.
//
// # Why the Checker belongs here and not to load
//
// Reading notes mistakes too, and a rule must know which keys have one. Package load therefore reads into a Checker, and then has it check.
package check
