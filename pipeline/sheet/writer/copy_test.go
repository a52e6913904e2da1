package writer_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// TestCopyAfterOwnColumns holds a copied row as another program sees it: one's own columns first and in sight, rows that are not high for a long text, the
// marked cell filled and with its note, empty or not.
func TestCopyAfterOwnColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	w, err := writer.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.Sheet("Kunder"))
	must(w.Columns(writer.Column{Width: 7}, writer.Column{Width: 20, Wrap: true, Lines: 2, Frozen: true}, writer.Column{}, writer.Column{}))
	must(w.Copy([]any{"Row", "Problem"}, []sheet.Cell{{Column: 0, Type: sheet.Text, Raw: "Company"}}, 2, nil))
	must(w.Copy([]any{3, strings.Repeat("long ", 60)}, []sheet.Cell{{Column: 1, Type: sheet.Text, Raw: "=1+1"}}, 2, map[int]string{0: "fill in", 1: ""}))
	if err := w.Copy([]any{4, ""}, []sheet.Cell{{Column: 2, Type: sheet.Text, Raw: "x"}}, 2, nil); err == nil {
		t.Error("a cell behind the columns gives no error")
	}
	must(w.Close())
	f, err := excelize.OpenFile(path)
	must(err)
	defer f.Close()
	panes, err := f.GetPanes("Kunder")
	must(err)
	if !panes.Freeze || panes.XSplit != 2 || panes.YSplit != 1 || panes.TopLeftCell != "C2" {
		t.Errorf("panes %+v", panes)
	}
	if height, err := f.GetRowHeight("Kunder", 2); err != nil || height != 30 {
		t.Errorf("row 2 is %g high, %v", height, err)
	}
	for ref, want := range map[string]string{"A2": "3", "C2": "", "D2": "=1+1", "C1": "Company"} {
		if got, err := f.GetCellValue("Kunder", ref); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", ref, got, err, want)
		}
	}
	for _, ref := range []string{"C2", "D2"} {
		id, err := f.GetCellStyle("Kunder", ref)
		must(err)
		if style, err := f.GetStyle(id); err != nil || len(style.Fill.Color) == 0 {
			t.Errorf("%s is not marked: %v", ref, err)
		}
	}
	notes, err := f.GetComments("Kunder")
	must(err)
	if len(notes) != 1 || notes[0].Cell != "C2" || !strings.Contains(notes[0].Text, "fill in") {
		t.Errorf("notes %+v", notes)
	}
}
