package sheet

import "cmp"

// Options bound what a file may cost and say what it does not say itself. Zero values mean the defaults.
type Options struct {
	Limits    Limits
	Encoding  string // of CSV, for example "windows-1252"; "" = detect
	Delimiter string // of CSV, one character or "tab"; "" = detect
	Locale    string // of CSV, for example "sv-SE": its letters decide where several encodings fit
	HeaderRow int    // of CSV, from 1; 0 = the first record
	Approved  bool   // a person said that quoted fields of several lines are right, though each line looks like a row
	Password  string // of an encrypted .xlsx; means nothing for the others
}

// Limits bound what one file may cost. Zero means the default.
type Limits struct {
	Entries     int   // files in the zip
	Inflated    int64 // bytes of one part of the zip, as inflated
	Ratio       int   // inflated to deflated bytes of a part
	Columns     int   // stored cells in one row
	CellBytes   int   // text of one cell
	Strings     int   // shared strings
	StringBytes int64 // text of all shared strings
	LineBytes   int   // one CSV record
	Encrypted   int64 // bytes of an encrypted workbook, which is decrypted into a temporary file
}

// token is how long one text or tag of XML may be: a character is written in up to four bytes more often than in more.
func (l Limits) token() int { return window + 4*l.CellBytes }

// ratioFrom is the inflated size below which the ratio does not matter: a small sheet of formatted empty cells deflates to
// nearly nothing, and costs nothing either.
const ratioFrom = 32 << 20

// DefaultLimits are those that hold where nothing else is said.
func DefaultLimits() Limits { return Limits{}.orDefaults() }

func (l Limits) orDefaults() Limits {
	return Limits{
		Entries:     cmp.Or(l.Entries, 10_000),
		Inflated:    cmp.Or(l.Inflated, 4<<30),
		Ratio:       cmp.Or(l.Ratio, 250), // real sheets stay under 100; deflate's most is 1032
		Columns:     cmp.Or(l.Columns, 5_000),
		CellBytes:   cmp.Or(l.CellBytes, 128<<10), // Excel's most is 32,767 characters, at most 98,301 bytes
		Strings:     cmp.Or(l.Strings, 4<<20),
		StringBytes: cmp.Or(l.StringBytes, 512<<20),
		LineBytes:   cmp.Or(l.LineBytes, 16<<20),
		Encrypted:   cmp.Or(l.Encrypted, 256<<20),
	}
}
