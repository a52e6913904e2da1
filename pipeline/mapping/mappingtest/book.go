package mappingtest

import (
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// Book opens a workbook with the given text of a CSV file.
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
