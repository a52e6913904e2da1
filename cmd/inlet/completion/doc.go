// Package completion gives shells the words that arguments and flags can be completed to.
//
// What it offers is only a help: what is typed is checked by the command. So errors are dropped, because a shell would show them in the middle of a
// line, and a store is asked for two seconds only.
package completion
