package cell

import (
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
)

// Style is what a cell's number format means. It is worked out once per format of the workbook.
type Style struct {
	Format   *numfmt.Format
	Type     Type // of a number: Number, Date, DateTime or Clock
	Date1904 bool
	Code     string // "" for General
	BuiltIn  int    // the ID of a built-in format, which Excel shows in the language of its user; 0 for others
}

// NewStyle classifies a number format. date1904 is the date system of the workbook.
func NewStyle(code string, date1904 bool) *Style {
	s := &Style{Format: numfmt.Parse(code), Type: Number, Date1904: date1904, Code: code}
	if strings.EqualFold(code, "General") {
		s.Code = ""
	}
	switch s.Format.Kind {
	case numfmt.Date:
		s.Type = Date
	case numfmt.DateTime:
		s.Type = DateTime
	case numfmt.Clock:
		s.Type = Clock
	}
	return s
}
