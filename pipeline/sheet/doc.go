// Package sheet reads workbooks: .xlsx and its relatives, and CSV, as rows of typed cells.
//
// Open finds out the type of a file by its content; Sheet.Rows then streams the rows. Memory does not grow with the number of rows: it
// holds a batch of cells, one window of the text or XML, and the shared texts of the workbook.
//
// # How it is divided
//
//	sheet                what a file really is, and opening it
//	  csv                text to rows: encoding, delimiter, quotes
//	    record           records and their fields, in each way of quoting
//	  xlsx               a workbook to sheets
//	    container        the zip, within limits
//	    xmlscan          XML cut into tags
//	    stringtable      the shared texts
//	    grid             the rows of a sheet
//	  encrypted          the workbook inside an encrypted one
//	  writer             a new workbook
//	  internal/…         what these share: cell, fault, charset, numfmt, stream
//
// The nouns are declared in internal/cell and internal/fault, because this package imports all the others; it gives aliases.
//
// # Rules
//
//   - Never half a file: what is truncated, has a wrong checksum or size, or is not well-formed ends in an *Unreadable with the row.
//     A sheet is read to its last byte, also after its rows, because only there the checksum is compared.
//   - An *Unreadable is the fault of the file. Any other error is a fault of the surroundings, and the same file may be read later.
//   - One bad cell (an index that leads nowhere, a number that cannot be parsed) is a cell of type Error, and reading goes on.
//   - Numbers are rounded to 15 digits, as Excel itself does, and nothing is guessed: two cells of one place are refused.
//   - White space is kept; trimming is left to the mapping.
//   - A file that costs more than Limits is refused by what was really inflated, not by the sizes that it states.
//
// # Why our own reader
//
// The row iterator of excelize uses encoding/xml and loses rows without an error if a sheet breaks off in the middle. A scanner that
// looks for tags in a recycled buffer is also many times faster (below). excelize is used for writing only.
//
// # Figures
//
// BenchmarkRows, 100,000 rows of 12 cells on two cores, medians of five runs in turn with the others (2026-11):
//
//	written by             rows/s   × excelize raw   × inflating alone
//	excelize, inline         989k               22                 1.9
//	XlsxWriter, inline      1094k               24                 1.1
//	XlsxWriter, shared      1085k               23                 1.2
//	openpyxl, inline        1023k               23                 1.1
//	LibreOffice, shared      727k               28                 1.7
//	1,000,000 rows, likewise (INLET_BENCH_ROWS, INLET_BENCH_BOOKS):
//	excelize, inline         984k               23                 1.9
//	XlsxWriter, inline      1080k               24                 1.1
//	XlsxWriter, shared      1040k               33                 1.3
//	openpyxl, inline        1046k               24                 1.1
//	LibreOffice, shared      773k               30                 1.7
//
// A process that reads a million rows takes 17 MiB if their texts are inline and 123 MiB if they are shared, with at most 0.2 allocations
// per row. BenchmarkCSV: 3.1 million rows/s, 460 MB/s; encoding/csv alone, which neither finds the encoding nor keeps the texts, reads 4.6
// million. Measured when all of this was one package; dividing it changed the processor time of reading by less than the noise of 5 %.
package sheet
