package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// TestRefusedSheets reads sheets that break the rules. Each ends in an Unreadable with the row.
func TestRefusedSheets(t *testing.T) {
	const good = `<row r="1"><c r="A1"><v>1</v></c></row>`
	inRow2 := func(text string) string { return good + `<row r="2">` + text + `</row>` }
	cell := func(text string) string { return inRow2(`<c r="A2" t="inlineStr"><is><t>` + text + `</t></is></c>`) }
	for _, tt := range []struct {
		name, rows, code string
		row              int
	}{
		{"doubled cell", inRow2(`<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>`), "corrupt", 2},
		{"doubled cell, apart", inRow2(`<c r="B2"><v>1</v></c><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c>`), "corrupt", 2},
		{"doubled row", good + good, "corrupt", 2},
		{"descending rows", `<row r="5"><c r="A5"><v>1</v></c></row>` + good, "corrupt", 6},
		{"row 0", `<row r="0"/>`, "corrupt", 1},
		{"row beyond the last", `<row r="1048577"/>`, "corrupt", 1},
		{"row of no number", `<row r="x"/>`, "corrupt", 1},
		{"cell beyond XFD", inRow2(`<c r="XFE2"><v>1</v></c>`), "corrupt", 2},
		{"cell without a row", inRow2(`<c r="A"><v>1</v></c>`), "corrupt", 2},
		{"cell of another row", inRow2(`<c r="A3"><v>1</v></c>`), "corrupt", 2},
		{"cell behind XFD", inRow2(`<c r="XFD2"/><c><v>1</v></c>`), "corrupt", 2},
		{"two values", inRow2(`<c r="A2"><v>1</v><v>2</v></c>`), "corrupt", 2},
		{"element in a value", inRow2(`<c r="A2"><v>1<x/></v></c>`), "corrupt", 2},
		{"bare &", cell("AT&T"), "corrupt", 2},
		{"unknown entity", cell("a&nbsp;b"), "corrupt", 2},
		{"control character", cell("a\x01b"), "corrupt", 2},
		{"control character by number", cell("a&#1;b"), "corrupt", 2},
		{"bad UTF-8", cell("a\xffb"), "corrupt", 2},
		{"bare <", cell("a < b"), "corrupt", 2},
		{"crossed tags", inRow2(`<c r="A2"><v>1</c></v>`), "corrupt", 2},
		{"tag closed twice", good + `</sheetData></worksheet></worksheet>`, "corrupt", 1},
		{"cut", good + `<row r="2"><c r="A2"><v>1`, "corrupt", 2}, // the end of the worksheet is in the value
		{"row under a name of its own", good + `<q:row xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`, "corrupt", 2},
		{"data twice", good + `</sheetData><sheetData>` + good, "corrupt", 2},
		{"30 MB in one cell", cell(strings.Repeat("x", 30<<20)), "limit", 2},
		{"2 MB in one cell", cell(strings.Repeat("x", 2<<20)), "limit", 2},
		{"2 MB in runs", inRow2(`<c r="A2" t="inlineStr"><is>` + strings.Repeat("<r><t>"+strings.Repeat("x", 1000)+"</t></r>", 2000) + `</is></c>`), "limit", 2},
		{"10,000 columns", inRow2(strings.Repeat(`<c><v>1</v></c>`, 10_000)), "limit", 2},
		{"deep", inRow2(strings.Repeat(`<x>`, 1000) + strings.Repeat(`</x>`, 1000)), "limit", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(t, file(t, "book.xlsx", made{rows: tt.rows}.bytes(t)), sheet.Options{Limits: sheet.Limits{Ratio: 1 << 20}})
			u, ok := errors.AsType[*sheet.Unreadable](err)
			if !ok || u.Code != tt.code || u.Row != tt.row || u.Sheet != "S" || u.Text() == "" {
				t.Errorf("error %#v, want %s in row %d", err, tt.code, tt.row)
			}
		})
	}
}

// TestRefusedParts damages what is around the sheet.
func TestRefusedParts(t *testing.T) {
	sheetXML := `<worksheet ` + mainSpace + `><sheetData/></worksheet>`
	for _, tt := range []struct {
		name string
		made made
		code string
	}{
		{"DOCTYPE in the sheet", made{sheet: `<!DOCTYPE x [<!ENTITY a "b">]>` + sheetXML}, "corrupt"},
		{"DOCTYPE behind a declaration", made{sheet: `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>` + sheetXML}, "corrupt"},
		{"DOCTYPE in the workbook", made{workbook: `<!DOCTYPE x [<!ENTITY a "b">]><workbook ` + mainSpace + `/>`}, "corrupt"},
		{"DOCTYPE in the strings", made{shared: `<!DOCTYPE x>`}, "corrupt"},
		{"another root", made{sheet: `<chartsheet ` + mainSpace + `/>`}, "corrupt"},
		{"two roots", made{sheet: sheetXML + sheetXML}, "corrupt"},
		{"text behind the end", made{sheet: sheetXML + "x"}, "corrupt"},
		{"cut in the rows", made{sheet: `<worksheet ` + mainSpace + `><sheetData><row r="1"><c r="A1"><v>1</v></c></row>`}, "truncated"},
		{"cut behind the rows", made{sheet: `<worksheet ` + mainSpace + `><sheetData/><mergeCells>`}, "truncated"},
		{"cut, slow", made{sheet: `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>`}, "truncated"},
		{"empty part", made{sheet: " "}, "truncated"},
		{"cut strings", made{shared: "<si><t>a"}, "corrupt"},
		{"sheet missing", made{drop: "xl/worksheets/sheet1.xml"}, "corrupt"},
		{"workbook missing", made{drop: "xl/workbook.xml"}, "corrupt"},
		{"no sheets", made{workbook: `<workbook ` + mainSpace + `/>`}, "corrupt"},
		{"styles of no sense", made{extra: []sheettest.Part{{Name: "xl/Styles.xml", Text: "<a><b></a>"}}, drop: "xl/styles.xml"}, "corrupt"},
		{"a part twice", made{extra: []sheettest.Part{{Name: "XL/Workbook.xml", Text: "<x/>"}}}, "limit"},
		{"a part that leads out", made{extra: []sheettest.Part{{Name: "../../x", Text: "x"}}}, "limit"},
		{"backslashes that lead out", made{extra: []sheettest.Part{{Name: `..\..\x`, Text: "x"}}}, "limit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(t, file(t, "book.xlsx", tt.made.bytes(t)), sheet.Options{})
			if code(err) != tt.code {
				t.Errorf("error %v, want %s", err, tt.code)
			}
		})
	}
}

// TestDamagedZip cuts and flips the bytes of a good workbook. Never is there half a file without an error.
func TestDamagedZip(t *testing.T) {
	rows := strings.Repeat(`<row><c><v>123456</v></c><c t="inlineStr"><is><t>Åkesson</t></is></c></row>`, 3000)
	good := made{rows: rows}.bytes(t)
	whole, err := read(t, file(t, "good.xlsx", good), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(good); cut += 97 {
		_, err := read(t, file(t, "cut.xlsx", good[:cut]), sheet.Options{})
		if c := code(err); c != "truncated" && c != "not_a_workbook" && cut > 3 {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	step := 13 * 7
	if deep() {
		step = 13
	}
	for at := 0; at < len(good); at += step {
		bad := bytes.Clone(good)
		bad[at] ^= 0x10
		got, err := read(t, file(t, "bad.xlsx", bad), sheet.Options{})
		if _, ok := errors.AsType[*sheet.Unreadable](err); err == nil && got != whole || err != nil && !ok {
			t.Errorf("a bit at %d: %v", at, err)
		}
	}
}

// TestWrongSizesInTheDirectory writes sizes and checksums into the directory that are not so.
func TestWrongSizesInTheDirectory(t *testing.T) {
	good := made{rows: `<row><c><v>1</v></c></row>`}.bytes(t)
	name := []byte("xl/worksheets/sheet1.xml")
	entry := bytes.LastIndex(good, name) - 46
	for at, what := range map[int]string{16: "checksum", 24: "inflated size", 20: "deflated size"} {
		for _, by := range []uint32{1, 1 << 31} {
			bad := bytes.Clone(good)
			field := bad[entry+at:]
			binary.LittleEndian.PutUint32(field, binary.LittleEndian.Uint32(field)^by)
			if got, err := read(t, file(t, "false.xlsx", bad), sheet.Options{}); code(err) == "" {
				t.Errorf("a wrong %s gives %q", what, got)
			} else if _, ok := errors.AsType[*sheet.Unreadable](err); !ok {
				t.Errorf("a wrong %s is the world's: %v", what, err)
			}
		}
	}
}

// TestZipBombs are refused by what they cost.
func TestZipBombs(t *testing.T) {
	big := `<worksheet ` + mainSpace + `>` + strings.Repeat(" ", 100<<20) + `</worksheet>`
	bomb := made{sheet: big}.bytes(t)
	if _, err := read(t, file(t, "bomb.xlsx", bomb), sheet.Options{}); code(err) != "limit" {
		t.Errorf("100 MB of spaces: %v", err)
	}
	if _, err := read(t, file(t, "large.xlsx", bomb), sheet.Options{Limits: sheet.Limits{Inflated: 1 << 20, Ratio: 1 << 20}}); code(err) != "limit" {
		t.Errorf("more than allowed: %v", err)
	}
	strs := made{shared: strings.Repeat("<si><t>a</t></si>", 1001), rows: `<row/>`}.bytes(t)
	if _, err := read(t, file(t, "strings.xlsx", strs), sheet.Options{Limits: sheet.Limits{Strings: 1000}}); code(err) != "limit" {
		t.Errorf("too many strings: %v", err)
	}
	var many bytes.Buffer
	z := zip.NewWriter(&many)
	for range 100_000 {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, file(t, "many.xlsx", many.Bytes()), sheet.Options{}); code(err) != "limit" {
		t.Errorf("100,000 parts: %v", err)
	}
}

// TestWrongTypes names files by what they are.
func TestWrongTypes(t *testing.T) {
	zipOf := func(name, text string) string {
		data, err := sheettest.Zip(sheettest.Part{Name: name, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, tt := range []struct{ name, data, code, says string }{
		{"empty", "", "empty", "file is empty"},
		{"blank", " \r\n\t\n", "empty", "white space"},
		{"PDF", "%PDF-1.7\n", "wrong_type", "PDF"},
		{"HTML", "\xef\xbb\xbf\r\n <HTML><table>", "wrong_type", "HTML"},
		{"HTML table", "<table><tr><td>1", "wrong_type", "HTML"},
		{"Excel 2003 XML", `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, "wrong_type", "2003"},
		{"JSON", `[{"a":1}]`, "wrong_type", "JSON"},
		{"RTF", `{\rtf1`, "wrong_type", "rich text"},
		{"gzip", "\x1f\x8b\x08\x00", "wrong_type", "gzip"},
		{"old BIFF", "\x09\x08\x10\x00\x00\x06", "wrong_type", ".xls"},
		{"numbers", zipOf("Index/Document.iwa", "x"), "wrong_type", "Numbers"},
		{"ods", zipOf("content.xml", "x"), "wrong_type", ".ods"},
		{"xlsb", zipOf("xl/workbook.bin", "x"), "wrong_type", ".xlsb"},
		{"zip", zipOf("readme.txt", "x"), "not_a_workbook", "zip"},
		{"empty zip", "PK\x05\x06" + strings.Repeat("\x00", 18), "not_a_workbook", "zip"},
		{"binary", strings.Repeat("\x00\x01\x02\x03", 100), "not_a_workbook", ".csv"},
	} {
		_, err := sheet.Open(file(t, "book.xlsx", []byte(tt.data)), sheet.Options{})
		if code(err) != tt.code || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %s: %s", tt.name, err, tt.code, tt.says)
		}
	}
}

// TestFixturesRefused opens the public files of types that are not read.
func TestFixturesRefused(t *testing.T) {
	for _, path := range files(t, ".xls", ".xlsb", ".ods") {
		w, err := sheet.Open(path, sheet.Options{})
		if err == nil {
			t.Logf("%s is read, as %s", filepath.Base(path), w.Format)
			w.Close()
			continue
		}
		switch code(err) {
		case "wrong_type", "encrypted", "truncated", "not_a_workbook", "corrupt", "empty":
		default:
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}

// TestFaultsOfTheSurroundings checks that they are not taken for a fault of the file.
func TestFaultsOfTheSurroundings(t *testing.T) {
	dir := t.TempDir()
	if _, err := sheet.Open(filepath.Join(dir, "none.xlsx"), sheet.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := sheet.Open(dir, sheet.Options{}); code(err) != "not_a_workbook" {
		t.Errorf("a folder: %v", err)
	}
	locked := file(t, "locked.xlsx", []byte("x"))
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := sheet.Open(locked, sheet.Options{}); os.Getuid() != 0 && !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be read: %v", err)
	}
	good := file(t, "good.xlsx", made{rows: `<row><c><v>1</v></c></row>`}.bytes(t))
	w, err := sheet.Open(good, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.Close() // the disk goes away
	_, err = dump(t, w.Sheets[0])
	if _, ok := errors.AsType[*sheet.Unreadable](err); ok || err == nil {
		t.Errorf("a file that went away: %v", err)
	}
}
