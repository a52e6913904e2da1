package mappingtest

import (
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

func Book(t *testing.T, name, text string) *sheet.Workbook {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	sheettest.Book(t, path, text)
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}
