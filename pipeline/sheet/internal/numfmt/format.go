// Package numfmt reads the number formats of workbooks: what kind of value a format shows, and how a number looks in it.
//
// # Why not all of a format
//
// Only what changes the meaning of a value is shown: leading zeros, separators, decimal places, per cent, signs, and text around the
// digits. A number with a colour, fraction, exponent, padding or month name is returned in its plain form.
package numfmt

import "strings"

// Kind is the kind of value that a format shows.
type Kind uint8

// The kinds.
const (
	General  Kind = iota // unchanged
	Number               // digits at the placeholders of the format
	Text                 // @
	Date                 // day, month or year
	DateTime             // both
	Clock                // time of day, or elapsed time
)

// Format is one parsed number format.
type Format struct {
	Kind     Kind
	sections []section
}

// Parse reads a format code. There are no errors: what it does not understand is General.
func Parse(code string) *Format {
	f := &Format{}
	for _, part := range split(code) {
		f.sections = append(f.sections, parseSection(part))
	}
	f.Kind = f.sections[0].kind
	for _, s := range f.sections {
		if s.kind >= Date {
			f.Kind = s.kind
			break
		}
	}
	return f
}

// split cuts a code at the semicolons outside quotes and brackets. Excel has four sections; what follows many more is ignored.
func split(code string) []string {
	const most = 16
	var parts []string
	from := 0
	for i := 0; i < len(code) && len(parts) < most; i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"':
			i = closing(code, i, '"')
		case '[':
			i = closing(code, i, ']')
		case ';':
			parts = append(parts, code[from:i])
			from = i + 1
		}
	}
	return append(parts, code[from:])
}

// closing returns the end of the quote or bracket that begins at i. The end of the code closes it too.
func closing(code string, i int, by byte) int {
	if n := strings.IndexByte(code[i+1:], by); n >= 0 {
		return i + 1 + n
	}
	return len(code)
}

// builtins are the formats that a workbook names by number only. 27-36 and 50-58 are dates or times in the East Asian versions
// and nothing in the others, so they are read as such.
var builtins = map[int]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00", // with a currency sign that the file does not state
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
	18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd hh:mm",
	32: "h:mm", 33: "h:mm:ss",
	37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}

// Builtin returns the code of a built-in format; false if there is none.
func Builtin(id int) (string, bool) {
	if code, ok := builtins[id]; ok {
		return code, true
	}
	if id >= 27 && id <= 36 || id >= 50 && id <= 58 {
		return builtins[14], true
	}
	return "", false
}
