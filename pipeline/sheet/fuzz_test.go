package sheet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
)

// FuzzSheet reads any XML as a sheet: no panic, no error but Unreadable, and rows that rise.
func FuzzSheet(f *testing.F) {
	for _, rows := range []string{
		`<row r="1"><c r="A1" s="1"><v>45750.5</v></c><c r="B1" t="inlineStr"><is><t>a&amp;b</t></is></c></row>`,
		`<row><c t="s"><v>0</v></c><c t="str"><f>x</f><v>y</v></c><c t="d"><v>2025-04-03</v></c></row>`,
		`<row r="2"><c r="C2" t="b"><v>1</v></c><c r="A2"><v>1E5</v><extLst/></c></row><!-- x --><row r="9"/>`,
		`<row><c t="inlineStr"><is><r><t><![CDATA[x]]></t></r><rPh><t>y</t></rPh></is></c></row>`,
	} {
		f.Add(`<worksheet ` + mainSpace + `><sheetData>` + rows + `</sheetData></worksheet>`)
		f.Add(`<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>` + rows + `</x:sheetData></x:worksheet>`)
	}
	for _, behind := range []string{`<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="c9:C3"/></mergeCells>`, `<mergeCells><mergeCell ref="A1"/><mergeCell ref="B2:D4"/><mergeCell ref="D4:E4"/></mergeCells>`} {
		f.Add(`<worksheet ` + mainSpace + `><sheetFormatPr zeroHeight="1"/><sheetData><!-- x --><row r="1" hidden="1"><c><v>1</v></c></row></sheetData>` + behind + `</worksheet>`)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		check(t, dir, made{sheet: text, shared: "<si><t>x</t></si>", formats: []string{"yyyy"}}.bytes(t))
	})
}

// FuzzTable reads any XML as the part of a table: nothing in it makes the workbook refused.
func FuzzTable(f *testing.F) {
	f.Add(`<table ` + mainSpace + ` name="T" displayName="T" ref="A1:C4" totalsRowCount="1"><autoFilter ref="A1:C3"/><tableColumns><tableColumn name="A_x000a_"/></tableColumns></table>`)
	f.Add(`<x:table xmlns:x="y" ref="c4:$A$1" headerRowCount="0"/>`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "table")
		if err := os.WriteFile(path, tabled(text).bytes(t), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := sheet.Open(path, sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		for _, tb := range w.Sheets[0].Tables {
			if r := tb.Range(); r.First.Row < 1 || r.First.Column < 0 || r.First.Row > r.Last.Row || r.First.Column > r.Last.Column || r.Last.Row > 1<<20 || r.Last.Column >= 1<<14 {
				t.Fatalf("table %+v", tb)
			}
		}
	})
}

// FuzzBook reads any bytes, from workbooks on.
func FuzzBook(f *testing.F) {
	f.Add(made{rows: `<row r="1"><c r="A1"><v>1</v></c></row>`, shared: "<si><t>x</t></si>"}.bytes(f))
	f.Add(append([]byte("\r\n"), made{rows: `<row r="1"><c r="A1"><v>1</v></c></row>`}.bytes(f)...))
	f.Add([]byte("PK\x05\x06\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) { check(t, dir, data) })
}

// FuzzCSV reads any text, and compares with encoding/csv what that accepts.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"2\"\n", "a;b\r\n\"x\r\ny\";2\r\n", "sep=;\n", "\xff\xfea\x00", "=\"01\",\"a\"\"b\"\n", "\"a\nb", "a\tb\r1\t2\r", "\xef\xbb\xbf|\n"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, dir, data)
		alike(t, dir, string(data))
	})
}

// alike compares with encoding/csv, except for intended differences: a lone \r ends a line, ="01" is 01, sep= is not a row.
func alike(t *testing.T, dir, data string) {
	path := filepath.Join(dir, "alike")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		return
	}
	defer w.Close()
	if w.Encoding() != "utf-8" || w.Delimiter() == "" || strings.ContainsAny(data, "\r\x00") || strings.Contains(data, "=") {
		return
	}
	if differ := compareCSV(t, path, w.Delimiter()[0]); differ != "" {
		t.Fatal(differ)
	}
}

func check(t *testing.T, dir string, data []byte) {
	path := filepath.Join(dir, "fuzz")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		mustBeUnreadable(t, err)
		return
	}
	defer w.Close()
	for _, s := range w.Sheets {
		last := 0
		for rows, err := range s.Rows(t.Context(), 3) {
			if err != nil {
				mustBeUnreadable(t, err)
				break
			}
			for _, r := range rows {
				checkRow(t, r, last)
				last = r.Number
			}
		}
		checkMerges(t, s)
	}
}

func checkMerges(t *testing.T, s *sheet.Sheet) {
	list, err := s.Merges(t.Context())
	if err != nil {
		mustBeUnreadable(t, err)
	}
	for i, r := range list {
		if r.First.Row < 1 || r.First.Row > r.Last.Row || r.First.Column > r.Last.Column || r.First == r.Last {
			t.Fatalf("merged %v", r)
		}
		for _, before := range list[:min(i, 100)] {
			if before.Contains(r.First) || r.Contains(before.First) {
				t.Fatalf("%v overlaps %v", r, before)
			}
		}
	}
}

func checkRow(t *testing.T, r sheet.Row, last int) {
	if r.Number <= last || len(r.Cells) == 0 {
		t.Fatalf("row %d of %d cells after row %d", r.Number, len(r.Cells), last)
	}
	before := -1
	for _, c := range r.Cells {
		if c.Column <= before || c.Type == sheet.Blank || c.Raw == "" && c.Type != sheet.NoValue {
			t.Fatalf("row %d has %s %q in column %d after %d", r.Number, c.Type, c.Raw, c.Column, before)
		}
		before = c.Column
		c.Shown()
		_, _ = c.Time()
	}
}

func mustBeUnreadable(t *testing.T, err error) {
	if u, ok := errors.AsType[*sheet.Unreadable](err); !ok || u.Code == "" || u.Text() == "" {
		t.Fatalf("%v (%T)", err, err)
	}
}
