package cell

import (
	"cmp"

	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Limits bound what one file may cost. A zero means the default.
type Limits struct {
	Entries     int   // files in the zip
	Inflated    int64 // inflated bytes of one part of the zip
	Ratio       int   // inflated to deflated bytes of a part
	Columns     int   // stored cells in one row
	CellBytes   int   // bytes of text in one cell
	Strings     int   // shared strings
	StringBytes int64 // bytes of all shared strings
	LineBytes   int   // bytes of one CSV record, or of the texts in a row
	Encrypted   int64 // bytes of an encrypted workbook, which is decrypted into a temporary file
}

// TokenBytes is how long one text or tag of XML may be. XML may write a character in more bytes than UTF-8 does (&amp;), rarely in more
// than four.
func (l Limits) TokenBytes() int { return stream.Window + 4*l.CellBytes }

// OrDefaults returns the limits with the defaults in place of zeros.
func (l Limits) OrDefaults() Limits {
	return Limits{
		Entries:     cmp.Or(l.Entries, 10_000),
		Inflated:    cmp.Or(l.Inflated, 4<<30),
		Ratio:       cmp.Or(l.Ratio, 250), // sheets of real data stay below 100; deflate reaches 1032
		Columns:     cmp.Or(l.Columns, 5_000),
		CellBytes:   cmp.Or(l.CellBytes, 128<<10), // Excel's limit is 32,767 characters, which are at most 98,301 bytes
		Strings:     cmp.Or(l.Strings, 4<<20),
		StringBytes: cmp.Or(l.StringBytes, 512<<20),
		LineBytes:   cmp.Or(l.LineBytes, 16<<20),
		Encrypted:   cmp.Or(l.Encrypted, 256<<20),
	}
}
