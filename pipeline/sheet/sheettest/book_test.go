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
