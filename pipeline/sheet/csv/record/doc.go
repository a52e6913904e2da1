// Package record cuts text into records and their fields, by RFC 4180 or by another way of quoting.
//
// # Why not encoding/csv
//
// encoding/csv reads a quote that is never closed to the end of the file, or to the next quote, and in its lazy mode without an error.
// Here a quote out of place is an error with its line, unless the file is read in one of the other ways that Quoting describes. What
// encoding/csv accepts without its lazy mode, both read alike (a test compares them).
package record
