package sheet

import (
	"inlet.example/inlet/pipeline/sheet/csv"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/charset"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx"
)

// The nouns that this package shares with its children. They are declared below it, as it imports all of them.
type (
	// Cell is one stored cell.
	Cell = cell.Cell
	// Row is one row with at least one cell that is not empty.
	Row = cell.Row
	// Type is what a cell holds.
	Type = cell.Type
	// Position is one cell of a sheet.
	Position = cell.Position
	// Range is a rectangle of cells.
	Range = cell.Range
	// Table is an Excel table of a sheet: a range that the workbook itself calls one.
	Table = xlsx.Table
	// Limits bound what one file may cost.
	Limits = cell.Limits
	// Warning is what a person should know about a file that is read all the same.
	Warning = fault.Warning
	// Unreadable says why a file cannot be read as a workbook.
	Unreadable = fault.Unreadable
)

// The types of cells.
const (
	Blank    = cell.Blank
	Text     = cell.Text
	Number   = cell.Number
	Date     = cell.Date
	DateTime = cell.DateTime
	Clock    = cell.Clock
	Bool     = cell.Bool
	Error    = cell.Error
	NoValue  = cell.NoValue
)

// The errors that the reader itself finds in a cell.
const (
	ErrShared = cell.ErrShared
	ErrStyle  = cell.ErrStyle
	ErrNumber = cell.ErrNumber
)

// The codes of an Unreadable. They are stable: reports, metrics and scripts rely on them.
const (
	CodeEmpty        = fault.CodeEmpty
	CodeNotAWorkbook = fault.CodeNotAWorkbook
	CodeWrongType    = fault.CodeWrongType
	CodeEncrypted    = fault.CodeEncrypted
	CodeTruncated    = fault.CodeTruncated
	CodeCorrupt      = fault.CodeCorrupt
	CodeLimit        = fault.CodeLimit
	CodeQuotes       = fault.CodeQuotes
	CodeEncoding     = fault.CodeEncoding
)

// DefaultLimits returns the limits that apply where no others are given.
func DefaultLimits() Limits { return Limits{}.OrDefaults() }

// ColumnName returns the letters of a column counted from 0: "A", "B" … "XFD". A negative column has none.
func ColumnName(i int) string { return cell.ColumnName(i) }

// ColumnIndex returns the column of the letters, counted from 0, in either case; false if there is no such column.
func ColumnIndex(name string) (int, bool) { return cell.ColumnIndex(name) }

// Ref returns the name of a cell as Excel writes it: column from 0, row from 1.
func Ref(column, row int) string { return cell.Ref(column, row) }

// Encodings returns the usual names of the encodings that Options.Encoding accepts.
func Encodings() []string { return charset.Names() }

// KnownEncoding reports whether Options.Encoding accepts a name, in any case.
func KnownEncoding(name string) bool { return charset.Known(name) }

// KnownDelimiter reports whether Options.Delimiter accepts a name.
func KnownDelimiter(name string) bool { return csv.KnownDelimiter(name) }
