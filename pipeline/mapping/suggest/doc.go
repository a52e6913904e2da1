// Package suggest proposes a mapping for a workbook that has none: what each column seems to be, how sure that is and why, and what to
// match on (R18).
//
// It looks at headings and at the first rows, and writes the proposal as a sidecar that can be used as it stands. What is not sure enough
// is left out, with a comment.
//
// # Why its sentences have a catalogue of their own
//
// They stand as comments in a file that a person keeps. No report and no page shows them.
package suggest
