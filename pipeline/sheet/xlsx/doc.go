// Package xlsx reads .xlsx files: which sheets there are, their tables, merged cells and styles. Package grid reads their rows.
//
// Only the parts that Excel names are followed, by their relations; no fixed name is trusted but xl/workbook.xml. Everything that stands
// around the sheets is read element by element, as a hostile file may have millions of them.
package xlsx
