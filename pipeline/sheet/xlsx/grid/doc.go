// Package grid makes rows of the XML of a sheet.
//
// Nearly every cell has one of two forms, which fastCell reads straight from the scanner's buffer; any other cell is read tag by tag.
//
// # Why there is a goroutine
//
// The next batch of rows is scanned while the caller works on the one before it, because the two take about the same time.
package grid
