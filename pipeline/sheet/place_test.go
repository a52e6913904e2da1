package sheet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// opened opens a made workbook.
func opened(t testing.TB, m made) *sheet.Workbook {
	t.Helper()
	w, err := sheet.Open(file(t, "book.xlsx", m.bytes(t)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// TestHiddenRows reads which rows Excel does not show. Only the row itself says so: where zeroHeight hides all rows that are not stored,
// Excel stores those that it shows, without a word (the public workbook default_row02.xlsx).
func TestHiddenRows(t *testing.T) {
	const cell = `<c><v>1</v></c>`
	for _, tt := range []struct{ name, sheet, want string }{
		{"by a filter", `<sheetData><row r="1">` + cell + `</row><row r="2" hidden="1">` + cell + `</row><row r="3">` + cell + `</row></sheetData><autoFilter ref="A1:A3"/>`, "1 2h 3"},
		{"in words", `<sheetData><row hidden="true">` + cell + `</row><row hidden="false">` + cell + `</row><row hidden="0">` + cell + `</row><row hidden="">` + cell + `</row></sheetData>`, "1h 2 3 4"},
		{"collapsed", `<sheetData><row r="1" spans="1:1" hidden="1" outlineLevel="1">` + cell + `</row><row r="2" collapsed="1">` + cell + `</row></sheetData>`, "1h 2"},
		{"by itself", `<sheetData><row hidden='1' ht="0" r="4" customHeight="1">` + cell + `</row></sheetData>`, "4h"},
		{"columns and cells", `<cols><col min="1" max="1" hidden="1"/></cols><sheetData><row r="1"><c hidden="1"><v>1</v></c></row></sheetData>`, "1"},
		{"without cells", `<sheetData><row r="1" hidden="1"/><row r="2" hidden="1"><c r="A2" s="0"/></row><row r="3">` + cell + `</row></sheetData>`, "3"},
		{"hidden unless stored", `<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/><sheetData><row r="1">` + cell + `</row><row r="5" hidden="1">` + cell + `</row></sheetData>`, "1 5h"},
		{"hidden under another name", `<sheetData><row x:hidden="1">` + cell + `</row></sheetData>`, "1"},
	} {
		for _, prefix := range []string{"", "q"} {
			text := `<worksheet ` + mainSpace + ` xmlns:x="urn:x">` + tt.sheet + `</worksheet>`
			if prefix != "" { // the slow way
				text = `<q:worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x="urn:x">` + tt.sheet + `</q:worksheet>`
			}
			var got []string
			for rows, err := range opened(t, made{sheet: text}).Sheets[0].Rows(t.Context(), 2) {
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					mark := ""
					if r.Hidden {
						mark = "h"
					}
					got = append(got, fmt.Sprint(r.Number, mark))
				}
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("%s %s: rows %s, want %s", tt.name, prefix, got, tt.want)
			}
		}
	}
}

// TestSheetStates shows all sheets but those that say one of two words.
func TestSheetStates(t *testing.T) {
	for state, hidden := range map[string]bool{"": false, ` state="visible"`: false, ` state="hidden"`: true, ` state="veryHidden"`: true,
		` state="show"`: false, ` state=""`: false, ` state="Hidden"`: false, ` state="1"`: false} {
		w := opened(t, made{workbook: `<workbook ` + mainSpace + ` ` + relSpace + `><sheets><sheet name="S" sheetId="1"` + state + ` r:id="a"/></sheets></workbook>`})
		if w.Sheets[0].Hidden != hidden {
			t.Errorf("%q: hidden is %v", state, w.Sheets[0].Hidden)
		}
	}
}

// TestEmptySheets are listed like others.
func TestEmptySheets(t *testing.T) {
	for _, text := range []string{`<sheetData/>`, ``, `<sheetData></sheetData>`, `<sheetData><row r="1"/></sheetData>`} {
		w := opened(t, made{sheet: `<worksheet ` + mainSpace + `>` + text + `</worksheet>`})
		got, err := dump(t, w.Sheets[0])
		merges, err2 := w.Sheets[0].Merges(t.Context())
		if len(w.Sheets) != 1 || got != "" || err != nil || err2 != nil || len(merges) > 0 || w.Sheets[0].Last() != 0 {
			t.Errorf("%s: %d sheets, rows %q, merges %v, %v, %v", text, len(w.Sheets), got, merges, err, err2)
		}
	}
}

// tabled is a workbook whose sheet has the tables, each in a part of its own.
func tabled(tables ...string) made {
	links := ""
	var m made
	for i, text := range tables {
		m.extra = append(m.extra, sheettest.Part{Name: fmt.Sprintf("xl/tables/t%d.xml", i), Text: text})
		links += fmt.Sprintf(`<Relationship Id="r%d" Type="%stable" Target="../tables/t%d.xml"/>`, i, relType, i)
	}
	m.extra = append(m.extra, sheettest.Part{Name: "xl/worksheets/_rels/sheet1.xml.rels", Text: `<Relationships>` + links + `</Relationships>`})
	return m
}

func TestTables(t *testing.T) {
	at := func(row, column int) sheet.Position { return sheet.Position{Row: row, Column: column} }
	table := func(attrs, inside string) string {
		return `<table ` + mainSpace + ` ` + attrs + `>` + inside + `</table>`
	}
	for _, tt := range []struct {
		name string
		made made
		want []sheet.Table
	}{
		{"usual", tabled(table(`name="T" displayName="Kunder" ref="A4:C9" totalsRowShown="0"`, `<autoFilter ref="A4:C9"/><tableColumns count="2"><tableColumn id="1" name="Företag"/><tableColumn id="2" name="E-_x000a_post"/></tableColumns>`)),
			[]sheet.Table{{Name: "Kunder", First: at(4, 0), Last: at(9, 2), Headings: true, Columns: []string{"Företag", "E-\npost"}}}},
		{"totals now", tabled(table(`name="T" ref="B2:B9" totalsRowCount="1"`, ``)), []sheet.Table{{Name: "T", First: at(2, 1), Last: at(9, 1), Headings: true, Totals: true}}},
		{"totals once", tabled(table(`name="T" ref="B2:B9" totalsRowShown="1" totalsRowCount="0"`, ``)), []sheet.Table{{Name: "T", First: at(2, 1), Last: at(9, 1), Headings: true}}},
		{"no headings", tabled(table(`name="T" ref="B2:B9" headerRowCount="0"`, ``)), []sheet.Table{{Name: "T", First: at(2, 1), Last: at(9, 1)}}},
		{"totals in the row of headings", tabled(table(`name="T" ref="B2:C2" totalsRowCount="1"`, ``)), []sheet.Table{{Name: "T", First: at(2, 1), Last: at(2, 2), Headings: true}}},
		{"corners in another order", tabled(table(`name="T" ref="$c$9:a4"`, ``)), []sheet.Table{{Name: "T", First: at(4, 0), Last: at(9, 2), Headings: true}}},
		{"one cell", tabled(table(`name="T" ref="A1"`, ``)), []sheet.Table{{Name: "T", First: at(1, 0), Last: at(1, 0), Headings: true}}},
		{"prefixes", tabled(`<x:table xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" name="T" ref="A1:B2"><x:tableColumns><x:tableColumn name="A"/></x:tableColumns></x:table>`),
			[]sheet.Table{{Name: "T", First: at(1, 0), Last: at(2, 1), Headings: true, Columns: []string{"A"}}}},
		{"in order", tabled(table(`name="C" ref="A9:B10"`, ``), table(`name="B" ref="D1:E2"`, ``), table(`name="A" ref="A1:B2"`, ``)), []sheet.Table{
			{Name: "A", First: at(1, 0), Last: at(2, 1), Headings: true}, {Name: "B", First: at(1, 3), Last: at(2, 4), Headings: true}, {Name: "C", First: at(9, 0), Last: at(10, 1), Headings: true}}},
		{"damaged", tabled(`<table`, table(`name="T" ref="A1:B2"`, ``), ``, `<!DOCTYPE x><table/>`), []sheet.Table{{Name: "T", First: at(1, 0), Last: at(2, 1), Headings: true}}},
		{"of no range", tabled(table(`name="T"`, ``), table(`name="T" ref="x"`, ``), table(`name="T" ref="A1:XFE9"`, ``), table(`name="T" ref="A0:B1"`, ``), table(`name="T" ref="A1:B1048577"`, ``)), nil},
		{"too large", tabled(table(`name="T" ref="A1:B2"`, strings.Repeat(" ", 9<<20))), nil},
		{"missing", made{extra: tabled(``).extra[1:]}, nil},
		{"relations damaged", made{extra: []sheettest.Part{{Name: "xl/worksheets/_rels/sheet1.xml.rels", Text: "<Relationships><a"}}}, nil},
		{"linked twice", made{extra: append(tabled(table(`name="T" ref="A1:B2"`, ``)).extra[:1], sheettest.Part{Name: "xl/worksheets/_rels/sheet1.xml.rels",
			Text: `<r:Relationships xmlns:r="x"><r:Relationship Type="a/table" Target="/xl/tables/t0.xml"/><r:Relationship Type="a/Table" Target="..\tables\t0.xml"/><r:Relationship Type="a/table" Target="../tables/t0.xml" TargetMode="External"/><r:Relationship Type="a/pivotTable" Target="x"/></r:Relationships>`})},
			[]sheet.Table{{Name: "T", First: at(1, 0), Last: at(2, 1), Headings: true}}},
	} {
		if diff := cmp.Diff(tt.want, opened(t, tt.made).Sheets[0].Tables); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestMerges(t *testing.T) {
	merged := func(refs ...string) string {
		text := `<mergeCells>`
		for _, r := range refs {
			text += `<mergeCell ref="` + r + `"/>`
		}
		return text + `</mergeCells>`
	}
	const rows = `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>`
	for _, tt := range []struct{ name, inside, want string }{
		{"usual", rows + merged("A2:A4", "B2:B4") + `<pageMargins left="0.7"/>`, "A2:A4 B2:B4"},
		{"none", rows, ""},
		{"sorted", rows + merged("C9:D9", "B1:B2", "A1:A2"), "A1:A2 B1:B2 C9:D9"},
		{"lower case and reversed", rows + merged("b4:a2", "$C$1:$D$1"), "C1:D1 A2:B4"},
		{"of one cell", rows + merged("A1", "B2:B2", "C3:C4"), "C3:C4"},
		{"of no range", rows + merged("", "x", "A1:", "A0:B2", "A1:XFE1", "A1:B2 C1:D2", "E1:F1"), "E1:F1"},
		{"twice the same", rows + merged("A1:B2", "A1:B2", "b2:a1"), "A1:B2"},
		{"overlapping", rows + merged("A1:B2", "B2:C3", "D1:D9", "D2:D3", "D5:E5", "F1:F2"), "F1:F2"},
		{"touching", rows + merged("A1:B2", "A3:B4", "C1:C4"), "A1:B2 C1:C4 A3:B4"},
		{"before the rows", merged("A1:B1") + rows, "A1:B1"},
		{"in two lists", rows + merged("A1:B1") + merged("A2:B2"), "A1:B1 A2:B2"},
		{"behind comments", `<sheetData><!-- </sheetData> --><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</sheetData><mergeCell ref="X1:X2"/>]]></t></is></c></row><?x </sheetData>?></sheetData>` + merged("A1:B1"), "A1:B1"},
		{"without rows", `<sheetData/>` + merged("A1:B1"), "A1:B1"},
	} {
		for _, slow := range []bool{false, true} {
			text := `<worksheet ` + mainSpace + `>` + tt.inside + `</worksheet>`
			if slow {
				text = `<?xml version="1.0" encoding="iso-8859-1"?>` + text
			}
			s := opened(t, made{sheet: text}).Sheets[0]
			for range 2 { // the second time without reading
				list, err := s.Merges(t.Context())
				var got []string
				for _, r := range list {
					got = append(got, r.String())
				}
				if strings.Join(got, " ") != tt.want || err != nil {
					t.Errorf("%s: %v, %v, want %s", tt.name, got, err, tt.want)
				}
			}
		}
	}
}

// TestMergesRefused reads sheets whose merged ranges cannot be found.
func TestMergesRefused(t *testing.T) {
	const open = `<worksheet ` + mainSpace + `>`
	row := `<row><c><v>1</v></c></row>`
	for _, tt := range []struct{ name, sheet, code string }{
		{"cut in the rows", open + `<sheetData>` + row, "truncated"},
		{"cut behind the rows", open + `<sheetData></sheetData><mergeCells><mergeCell ref="A1:B1"/>`, "truncated"},
		{"cut in a comment", open + `<sheetData><!-- ` + row, "truncated"},
		{"DOCTYPE in the rows", open + `<sheetData><!DOCTYPE x></sheetData></worksheet>`, "corrupt"},
		{"another root", `<chartsheet ` + mainSpace + `/>`, "corrupt"},
		{"too many", open + `<sheetData/><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:B1"/>`, 200_001) + `</mergeCells></worksheet>`, "limit"},
		{"too wide", open + `<sheetData/><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:XFD1"/><mergeCell ref="A2:XFD2"/><mergeCell ref="A1:XFD3"/>`, 10) + manyRows(9000) + `</mergeCells></worksheet>`, "limit"},
	} {
		s := opened(t, made{sheet: tt.sheet}).Sheets[0]
		if list, err := s.Merges(t.Context()); code(err) != tt.code || list != nil {
			t.Errorf("%s: %d ranges, %v, want %s", tt.name, len(list), err, tt.code)
		}
	}
}

func manyRows(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `<mergeCell ref="A%d:XFD%d"/>`, i+10, i+10)
	}
	return out.String()
}

// TestMergesBehindManyRows has the end of the rows fall anywhere in the window, with comments and without.
func TestMergesBehindManyRows(t *testing.T) {
	for _, aside := range []string{"", "<!---->", "<?x?>", "<![CDATA[</sheetData>]]>"} {
		for pad := range 24 {
			rows := strings.Repeat(`<row><c t="str"><v>`+aside+`x</v></c></row>`, 8_000)
			text := `<worksheet ` + mainSpace + `><sheetData>` + rows + strings.Repeat(" ", pad) + `</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`
			list, err := opened(t, made{sheet: text}).Sheets[0].Merges(t.Context())
			if len(list) != 1 || err != nil {
				t.Fatalf("%q %d: %v, %v", aside, pad, list, err)
			}
		}
	}
}

// TestPlacesAgainstExcelize compares tables and merged ranges with another reader's, in the public workbooks.
func TestPlacesAgainstExcelize(t *testing.T) {
	if os.Getenv("INLET_TEST_DEEP") == "" {
		t.Skip("1,400 workbooks")
	}
	var merges, tables int
	for _, path := range files(t, ".xlsx", ".xlsm") {
		m, tb := comparePlaces(t, path)
		merges, tables = merges+m, tables+tb
	}
	t.Logf("%d merged ranges, %d tables", merges, tables)
}

func comparePlaces(t *testing.T, path string) (merges, tables int) {
	defer func() {
		if r := recover(); r != nil {
			t.Logf("%s: excelize panics: %v", filepath.Base(path), r)
		}
	}()
	ours, err := sheet.Open(path, sheet.Options{})
	if err != nil || ours.Format != sheet.XLSX {
		return 0, 0
	}
	defer ours.Close()
	theirs, err := excelize.OpenFile(path)
	if err != nil {
		return 0, 0
	}
	defer theirs.Close()
	for _, s := range ours.Sheets {
		if !s.Grid {
			continue
		}
		list, err := s.Merges(t.Context())
		cells, err2 := theirs.GetMergeCells(s.Name)
		cells = slices.DeleteFunc(cells, func(c excelize.MergeCell) bool { return c.GetStartAxis() == c.GetEndAxis() }) // of one cell
		if err2 == nil && (err != nil || len(list) != len(cells)) {
			t.Errorf("%s %s: merges %v, %v; excelize has %v", filepath.Base(path), s.Name, list, err, cells)
		}
		there, err := theirs.GetTables(s.Name)
		if err == nil && len(there) != len(s.Tables) && filepath.Base(path) != "tests__table_with_absolute_paths.xlsx" { // excelize does not follow these
			t.Errorf("%s %s: %d tables; excelize has %d", filepath.Base(path), s.Name, len(s.Tables), len(there))
		}
		merges, tables = merges+len(list), tables+len(s.Tables)
	}
	return merges, tables
}
