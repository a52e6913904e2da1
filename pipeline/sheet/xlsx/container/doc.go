// Package container opens the zip of a workbook and inflates its parts within limits.
//
// # What it does not trust
//
// The sizes and counts that a zip states. The directory is bounded while it is read, parts may not overlap, and a part is refused by the
// bytes that it really inflates to. archive/zip compares size and checksum when a part is read to its end.
//
// # Why there is a goroutine
//
// Inflating takes about as long as scanning the XML, so a large part is inflated a few blocks ahead of its reader.
package container
