// Package terminal prints what commands say: in colour and as wide as the screen where a person reads it, plain and unfolded where a program does.
//
// # Rules
//
//   - What is written to a file or a pipe has no colours, is never folded, and has whole IDs. Scripts can cut and grep it.
//   - On a terminal no line is wider than the screen, unless one word is.
//   - NO_COLOR (no-color.org) and TERM=dumb turn colours off.
package terminal
