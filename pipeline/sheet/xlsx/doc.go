// Package xlsx reads .xlsx files: which sheets there are, their tables, merged cells and styles. Package grid reads their rows.
//
// Only the parts that Excel names are followed, by their relations; only xl/workbook.xml is also found by its name. Everything
// around the sheets is read element by element, because a hostile file may have millions of elements.
package xlsx
