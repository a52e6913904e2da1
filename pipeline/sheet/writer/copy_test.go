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
	must(w.Sheet("Anna's kunder"))
	must(w.Print(2))
	reason := writer.Tone{Fill: "F8CBAD"}
	must(w.Columns(writer.Column{Width: 7, Heading: reason, Note: "which"}, writer.Column{Width: 20, Wrap: true, Lines: 2, Frozen: true}, writer.Column{}, writer.Column{Width: 10, Wrap: true, Lines: 3}))
	must(w.Copy([]any{"Row", "Problem"}, []sheet.Cell{{Column: 0, Type: sheet.Text, Raw: "Company"}}, 2, nil))
	must(w.Copy([]any{3, strings.Repeat("long ", 60)}, []sheet.Cell{{Column: 1, Type: sheet.Text, Raw: "=1+1"}}, 2, map[int]string{0: "fill in", 1: ""}))
	must(w.Copy([]any{4, "x"}, []sheet.Cell{{Column: 1, Type: sheet.Text, Raw: strings.Repeat("long ", 60)}}, 2, nil))
	if err := w.Copy([]any{5, ""}, []sheet.Cell{{Column: 2, Type: sheet.Text, Raw: "x"}}, 2, nil); err == nil {
		t.Error("a cell behind the columns gives no error")
	}
	must(w.Close())
	f, err := excelize.OpenFile(path)
	must(err)
	defer f.Close()
	panes, err := f.GetPanes("Anna's kunder")
	must(err)
	if !panes.Freeze || panes.XSplit != 2 || panes.YSplit != 1 || panes.TopLeftCell != "C2" {
		t.Errorf("panes %+v", panes)
	}
	if height, err := f.GetRowHeight("Anna's kunder", 2); err != nil || height != 30 {
		t.Errorf("row 2 is %g high, %v", height, err)
	}
	if height, err := f.GetRowHeight("Anna's kunder", 3); err != nil || height != 45 {
		t.Errorf("row 3 with a long copied text is %g high, %v", height, err)
	}
	for ref, want := range map[string]string{"A2": "3", "C2": "", "D2": "=1+1", "C1": "Company"} {
		if got, err := f.GetCellValue("Anna's kunder", ref); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", ref, got, err, want)
		}
	}
	for _, ref := range []string{"C2", "D2"} {
		id, err := f.GetCellStyle("Anna's kunder", ref)
		must(err)
		if style, err := f.GetStyle(id); err != nil || len(style.Fill.Color) == 0 {
			t.Errorf("%s is not marked: %v", ref, err)
		}
	}
	notes, err := f.GetComments("Anna's kunder")
	must(err)
	if len(notes) != 2 || notes[0].Cell != "C2" || notes[1].Cell != "A1" || !strings.Contains(notes[0].Text, "fill in") {
		t.Errorf("notes %+v", notes)
	}
	if rules, err := f.GetDataValidations("Anna's kunder"); err != nil || len(rules) > 0 {
		t.Errorf("a note on a heading is a message of the cells too: %+v, %v", rules, err)
	}
	checkPrint(t, f, "Anna's kunder")
}

// checkPrint wants what Print(2) sets, and the colour of a heading.
func checkPrint(t *testing.T, f *excelize.File, sheet string) {
	t.Helper()
	layout, err := f.GetPageLayout(sheet)
	if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != 2 || *layout.FitToHeight != 0 {
		t.Errorf("page layout %+v, %v", layout, err)
	}
	if props, err := f.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("the columns are not fitted to the pages: %+v, %v", props, err)
	}
	names := f.GetDefinedName()
	if len(names) != 1 || names[0].Name != "_xlnm.Print_Titles" || names[0].RefersTo != "'Anna''s kunder'!$1:$1" {
		t.Errorf("names %+v", names)
	}
	id, err := f.GetCellStyle(sheet, "A1")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil || len(style.Fill.Color) != 1 || style.Fill.Color[0] != "F8CBAD" || style.Font.Family != "Calibri" {
		t.Errorf("heading style %+v, %v", style, err)
	}
}
