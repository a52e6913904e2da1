// Package writer makes new workbooks: plain sheets of values, sheets that people fill in, and copies of rows of another workbook.
//
// A workbook is written beside its final path and renamed when Close succeeds, so a reader of the folder never sees half of one, and no
// file is overwritten.
//
// # Why a text stays a text
//
// A cell that begins with =, +, - or @ may come from a stranger. It is written as text, and keeps being text when a person edits it.
package writer
