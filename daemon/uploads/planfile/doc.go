// Package planfile keeps what an import would do, row by row, in a folder that is read page by page.
//
// Each row of the workbook stands under one outcome: that of the part of it that needs a person most, otherwise that which changes most. A list has two
// files, the rows as lines of JSON and where each of them begins, so that any page of a million rows is read at once.
//
// # Why files and not a database
//
// It is written once, from beginning to end, and read by place. It may be removed at any time: a plan can be made again.
package planfile
