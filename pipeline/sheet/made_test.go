package sheet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// made is a workbook written part by part, for what no program would write. What is left empty is usual.
type made struct {
	rows     string // inside <sheetData>
	sheet    string // the whole sheet, instead of rows
	shared   string // inside <sst>
	formats  []string
	workbook string // the whole workbook part
	extra    []sheettest.Part
	drop     string // a part to leave out
}

const (
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relSpace  = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relType   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func (m made) bytes(t testing.TB) []byte {
	t.Helper()
	text := m.sheet
	if text == "" {
		text = `<worksheet ` + mainSpace + `><sheetData>` + m.rows + `</sheetData></worksheet>`
	}
	book := m.workbook
	if book == "" {
		book = `<workbook ` + mainSpace + ` ` + relSpace + `><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>`
	}
	var formats, cells strings.Builder
	for i, code := range append([]string{"General"}, m.formats...) {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, code)
		fmt.Fprintf(&cells, `<xf numFmtId="%d"/>`, 164+i)
	}
	parts := []sheettest.Part{
		{Name: "[Content_Types].xml", Text: `<Types/>`},
		{Name: "_rels/.rels", Text: `<Relationships><Relationship Id="x" Type="` + relType + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{Name: "xl/workbook.xml", Text: book},
		{Name: "xl/_rels/workbook.xml.rels", Text: `<Relationships><Relationship Id="a" Type="` + relType + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="b" Type="` + relType + `styles" Target="/xl/styles.xml"/><Relationship Id="c" Type="` + relType + `sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="d" Type="` + relType + `chartsheet" Target="chart.xml"/></Relationships>`},
		{Name: "xl/styles.xml", Text: `<styleSheet ` + mainSpace + `><numFmts>` + formats.String() + `</numFmts><cellXfs>` + cells.String() + `</cellXfs></styleSheet>`},
		{Name: "xl/sharedStrings.xml", Text: `<sst ` + mainSpace + `>` + m.shared + `</sst>`},
		{Name: "xl/worksheets/sheet1.xml", Text: text},
	}
	var kept []sheettest.Part
	for _, p := range append(parts, m.extra...) {
		if p.Name != m.drop {
			kept = append(kept, p)
		}
	}
	data, err := sheettest.Zip(kept...)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// file writes the bytes under a name and gives the path.
func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// read opens a workbook and gives the first sheet in lines of text, "2: A=text:Ann B=number:1234", and the error that ends it.
func read(t testing.TB, path string, opt sheet.Options) (string, error) {
	t.Helper()
	w, err := sheet.Open(path, opt)
	if err != nil {
		return "", err
	}
	defer w.Close()
	return dump(t, w.Sheets[0])
}

func dump(t testing.TB, s *sheet.Sheet) (string, error) {
	t.Helper()
	var out strings.Builder
	for rows, err := range s.Rows(t.Context(), 3) {
		if err != nil {
			return out.String(), err
		}
		for _, r := range rows {
			fmt.Fprintf(&out, "%d:", r.Number)
			for _, c := range r.Cells {
				fmt.Fprintf(&out, " %s=%s:%s", sheet.ColumnName(c.Column), c.Type, c.Raw)
			}
			out.WriteString("\n")
		}
	}
	return out.String(), nil
}

// code gives the code of an Unreadable, "" for no error, and the error's text for any other.
func code(err error) string {
	if u, ok := errors.AsType[*sheet.Unreadable](err); ok {
		return u.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
