// Package sheet reads workbooks: .xlsx and its kin, and CSV, as rows of typed cells. It also writes simple new ones.
//
// Open looks at what the file is, by content; Sheet.Rows then streams the rows. Memory does not grow with the rows: a batch of cells,
// one window of XML, and the workbook's shared texts are all there is.
//
// # Rules
//
//   - Never half a file: what is truncated, has a wrong checksum or size, or is not well-formed ends in an *Unreadable with the row.
//     A sheet is read to its last byte even behind its rows, as only there the checksum is compared.
//   - Whose fault: *Unreadable is the file's. Any other error is the world's, and the same file may be read later.
//   - One bad cell (an index that leads nowhere, a number that is none) is a cell of type Error; the file goes on.
//   - Nothing is rounded but to the 15 digits that Excel itself keeps, and nothing is guessed: a doubled cell is refused.
//   - White space is kept; to trim is the mapping's business.
//   - What costs more than Limits is refused by what was really inflated, not by what the file says of itself.
//
// # Why our own reader
//
// excelize's row iterator goes through encoding/xml and loses rows without an error where a sheet breaks half-way. A scanner that
// looks for tags in a recycled buffer is also many times faster (below). excelize is used to write only.
//
// # Why there is a slow way
//
// The scanner knows no namespaces and only UTF-8. A part that needs more (prefixes, UTF-16, strict OOXML) is rewritten by encoding/xml
// into the usual shape while it is read, and goes through the same scanner: see usual. Workbook.Slow counts it.
//
// # Why there are goroutines
//
// Inflating takes about as long as scanning, and so does what is done with the rows. A large part is inflated a few blocks ahead of the scanner,
// and the next batch of rows is scanned while somebody is busy with the one before it: see readAhead and scanAhead.
//
// # Figures
//
// BenchmarkRows, 100,000 rows of 12 cells on two cores, medians of five readings in turn with the others (2026-11):
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
// A million rows are read by a process of 17 MiB where texts are inline, and of 123 MiB where they are shared; with 0.2
// allocations a row at most.
// BenchmarkCSV: 3.1 million rows/s, 460 MB/s; encoding/csv alone, which neither finds the encoding nor keeps the texts, 4.6 million.
package sheet
