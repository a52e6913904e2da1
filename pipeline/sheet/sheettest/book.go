// Package sheettest makes workbooks for tests from a text in the test.
//
// # The text
//
// It is CSV. For a path that ends in .xlsx the cells have types, by what they begin with:
//
//	n:12.5           a number                n:1234|00000   in the number format 00000
//	d:2025-04-03     a date                  d:2025-04-03 10:30   with a time
//	c:14:30          a time of day           b:1  b:0       true, false
//	e:#REF!          an error                f:A1+1         a formula that was never calculated
//	f:A1+1=5         and one that was: 5     s:n:12         the text "n:12"
//
// Anything else is text, and an empty field is not stored. A line `-- People --` begins a sheet of that name (`-- People (hidden) --` a hidden
// one, `-- People (state veryHidden) --` one with that word for its state); without one there is Sheet1. A line `-- date1904 --` before
// all gives the workbook the date system of 1904.
//
// A line with a colon describes the sheet that it is in, and is not a row; it may be anywhere in the sheet:
//
//	-- hide: 3 5-7 --                rows 3, 5, 6 and 7 are hidden
//	-- merge: A2:A4 B2:B4 --         these ranges are merged
//	-- table: A3:C9 --               an Excel table, with its headings in row 3
//	-- table: A3:C9 totals --        its last row, 9, is a row of totals
//	-- table: A3:C9 no headings --   row 3 is a row like the others
//	-- filter: A3:C9 --              a filter over that range; the rows that it hides are named by hide
//
// # Why not excelize
//
// It cannot write an error value or raw XML. So the parts are written here; a test of package sheet checks that excelize reads the same
// values.
package sheettest

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Book writes a workbook of the text to path: with typed cells for .xlsx, the text itself for any other ending.
func Book(t testing.TB, path, text string) {
	t.Helper()
	data := []byte(text)
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		var err error
		if data, err = XLSX(text); err != nil {
			t.Fatalf("make %s: %v", path, err)
		}
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// XLSX returns the bytes of a workbook of the text.
func XLSX(text string) ([]byte, error) {
	b := &book{styles: []string{"General"}}
	if err := b.parse(text); err != nil {
		return nil, err
	}
	parts, err := b.parts()
	if err != nil {
		return nil, err
	}
	return Zip(parts...)
}

// Part is one file of a zip.
type Part struct{ Name, Text string }

// Zip returns the bytes of a zip with the parts in the given order.
func Zip(parts ...Part) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		f, err := z.Create(p.Name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(p.Text)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// book is a workbook while it is made.
type book struct {
	d1904  bool
	sheets []*tab
	styles []string // format codes
}

type tab struct {
	name   string
	state  string // "" visible
	rows   [][]string
	hidden map[int]bool // rows, from 1
	merges []string     // ranges
	tables []table
	filter string // range
}

// table is an Excel table of a sheet.
type table struct {
	ref              string
	headings, totals bool
}

// parse cuts the text into sheets, and these into rows and what is said about them.
func (b *book) parse(text string) error {
	t, body := &tab{name: "Sheet1"}, ""
	named := false
	flush := func() error {
		if body == "" && !named {
			return nil
		}
		return b.tab(t, body)
	}
	for line := range strings.Lines(text) {
		title, ok := heading(line)
		switch {
		case !ok:
			body += line
		case title == "date1904":
			b.d1904 = true
		case isDirective(title):
			if err := t.directive(title); err != nil {
				return err
			}
			named = true
		default:
			if err := flush(); err != nil {
				return err
			}
			t, body, named = newTab(title), "", true
		}
	}
	if len(b.sheets) == 0 {
		named = true // a workbook has one sheet at least
	}
	return flush()
}

// newTab reads the title of a sheet: its name, and perhaps its state in parentheses.
func newTab(title string) *tab {
	name, word, ok := strings.Cut(strings.TrimSuffix(title, ")"), " (")
	if state, isState := strings.CutPrefix(word, "state "); ok && isState {
		return &tab{name: name, state: state}
	}
	if word == "hidden" {
		return &tab{name: name, state: "hidden"}
	}
	return &tab{name: title}
}

func heading(line string) (string, bool) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") || len(line) < 7 {
		return "", false
	}
	return line[3 : len(line)-3], true
}

func (b *book) tab(t *tab, body string) error {
	r := csv.NewReader(strings.NewReader(body))
	r.FieldsPerRecord = -1
	for {
		record, err := r.Read()
		if record == nil {
			b.sheets = append(b.sheets, t)
			if err.Error() == "EOF" {
				return nil
			}
			return fmt.Errorf("sheet %s: %w", t.name, err)
		}
		line, _ := r.FieldPos(0)
		for len(t.rows) < line-1 { // an empty line is an empty row
			t.rows = append(t.rows, nil)
		}
		t.rows = append(t.rows, record)
	}
}

// style gives the number of the format.
func (b *book) style(code string) int {
	for i, s := range b.styles {
		if s == code {
			return i
		}
	}
	b.styles = append(b.styles, code)
	return len(b.styles) - 1
}

func escape(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a Builder takes all
	return out.String()
}
