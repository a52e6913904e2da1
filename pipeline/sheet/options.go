package sheet

import "inlet.example/inlet/pipeline/sheet/internal/cell"

// Options bound what a file may cost and say what it does not say itself. Zero values mean the defaults.
type Options struct {
	Limits    cell.Limits
	Encoding  string // of CSV, for example "windows-1252"; "" = detect
	Delimiter string // of CSV, one character or "tab"; "" = detect
	Locale    string // of CSV, for example "sv-SE": its letters decide if several encodings fit
	HeaderRow int    // of CSV, from 1; 0 = the first record
	Approved  bool   // of CSV: a person confirmed that quoted fields of several lines are right, although each line looks like a row
	Password  string // of an encrypted .xlsx
}
