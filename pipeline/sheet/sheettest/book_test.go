package sheettest_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// TestBook has another program read what Book makes.
func TestBook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	sheettest.Book(t, path, "-- People --\nName,Zip\n\nAnn & Bo,n:1234|00000\nb:1,d:2025-04-03\n-- Old (hidden) --\ne:#REF!,c:06:00,f:A1+1=5,s:n:1\n-- None --\n")
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if diff := cmp.Diff([]string{"People", "Old", "None"}, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	for name, want := range map[string][][]string{
		"People": {{"Name", "Zip"}, nil, {"Ann & Bo", "01234"}, {"TRUE", "2025-04-03"}},
		"Old":    {{"#REF!", "06:00", "5", "n:1"}},
	} {
		got, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if visible, _ := f.GetSheetVisible("Old"); visible {
		t.Error("the hidden sheet is visible")
	}
	if formula, _ := f.GetCellFormula("Old", "C1"); formula != "A1+1" {
		t.Errorf("formula %q", formula)
	}
}

// TestDirectives has another program read what lines with a colon say about a sheet.
func TestDirectives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	sheettest.Book(t, path, "-- hide: 3 5-6 --\nList\nName,Mail\nA,a@x.se\nB,b@x.se\nC,c@x.se\nD,d@x.se\nSum,n:4\n-- merge: A3:A4 B5:C6 --\n-- table: A2:B7 totals --\n-- filter: D1:E4 --\n"+
		"-- Other (state veryHidden) --\nx\n1\n-- table: A1:A2 no headings --\n")
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for row, want := range []bool{1: true, 2: true, 3: false, 4: true, 5: false, 6: false, 7: true} {
		if got, err := f.GetRowVisible("Sheet1", row); row > 0 && (got != want || err != nil) {
			t.Errorf("row %d visible: %v, %v", row, got, err)
		}
	}
	merges, err := f.GetMergeCells("Sheet1")
	if err != nil || len(merges) != 2 || merges[0][0] != "A3:A4" || merges[1][0] != "B5:C6" {
		t.Errorf("merged: %v, %v", merges, err)
	}
	for sheet, want := range map[string]excelize.Table{"Sheet1": {Name: "Table1", Range: "A2:B7"}, "Other": {Name: "Table2", Range: "A1:A2"}} {
		tables, err := f.GetTables(sheet)
		if err != nil || len(tables) != 1 || tables[0].Name != want.Name || tables[0].Range != want.Range {
			t.Errorf("tables of %s: %+v, %v", sheet, tables, err)
		}
	}
	if visible, _ := f.GetSheetVisible("Other"); visible {
		t.Error("the hidden sheet is visible")
	}
	for _, bad := range []string{"-- hide: x --", "-- merge: --", "-- table: A1 --", "-- table: A1:B2 huge --"} {
		if _, err := sheettest.XLSX("a\n" + bad + "\n"); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}
