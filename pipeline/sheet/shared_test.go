package sheet_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
)

// TestSharedTextsInFile reads more shared texts than are held in memory: each cell has its own, and the file for the rest cannot be seen. If none
// can be made, the error is not an Unreadable.
func TestSharedTextsInFile(t *testing.T) {
	const texts = 700_000 // of 110 bytes
	h := &hostileFile{t: t, path: filepath.Join(t.TempDir(), "book.xlsx")}
	h.book(map[string]part{
		sharedPart: times(`<sst `+mainSpace+`>`, texts, `<si><t>%d `+letters(100)+`</t></si>`, `</sst>`),
		sheetPart:  times(sheetHead+`<sheetData>`, texts, `<row><c t="s"><v>%d</v></c></row>`, `</sheetData>`+sheetEnd),
	})
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	w, err := sheet.Open(h.path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	n := 0
	for rows, err := range w.Sheets[0].Rows(t.Context(), 1000) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if number, rest, _ := strings.Cut(r.Cells[0].Raw, " "); number != fmt.Sprint(n) || rest != letters(100) {
				t.Fatalf("row %d has %q", n, r.Cells[0].Raw)
			}
			n++
		}
	}
	if n != texts {
		t.Errorf("%d rows", n)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
	withoutTemporary(t, h.path)
}

// withoutTemporary reads a file where no temporary one can be made, so that the error is not an Unreadable.
func withoutTemporary(t *testing.T, path string) {
	t.Helper()
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	_, err := read(t, path, sheet.Options{})
	if _, ok := errors.AsType[*sheet.Unreadable](err); ok || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder for temporary files: %v", err)
	}
}

// TestDecryptedInFile decrypts into a file that cannot be seen.
func TestDecryptedInFile(t *testing.T) {
	h := &hostileFile{t: t, path: filepath.Join(t.TempDir(), "book.xlsx")}
	h.book(map[string]part{"media": noise(8 << 10)}) // excelize errs where the content is shorter than 4 KB
	h.encrypt()
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	w, err := sheet.Open(h.path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if got, err := dump(t, w.Sheets[0]); err != nil || got != "1: A=number:1\n" {
		t.Errorf("%q %v", got, err)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
	withoutTemporary(t, h.path)
}
