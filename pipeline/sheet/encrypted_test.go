package sheet_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
)

// TestBuiltInPassword opens a workbook under Excel's own password with any password and with none, and one under another password with
// that one only.
func TestBuiltInPassword(t *testing.T) {
	const velvet = "VelvetSweatshop"
	dir := t.TempDir()
	for _, tt := range []struct{ under, given, says string }{
		{velvet, "", ""},
		{velvet, "wrong", ""},
		{velvet, velvet, ""},
		{"right", "right", ""},
		{"right", "", "no password is configured"},
		{"right", "wrong", "password is wrong"},
		{"velvetsweatshop", "", "no password is configured"},
	} {
		path := filepath.Join(dir, tt.under+".xlsx")
		f := excelize.NewFile()
		if err := f.SetCellValue("Sheet1", "A1", "x"); err != nil {
			t.Fatal(err)
		}
		if err := f.SaveAs(path, excelize.Options{Password: tt.under}); err != nil {
			t.Fatal(err)
		}
		f.Close()
		w, err := sheet.Open(path, sheet.Options{Password: tt.given})
		if tt.says == "" {
			if err != nil || len(w.Sheets) != 1 {
				t.Errorf("%+v: %v", tt, err)
				continue
			}
			w.Close()
			continue
		}
		if u, ok := err.(*sheet.Unreadable); !ok || u.Code != sheet.CodeEncrypted || !strings.Contains(u.Text(), tt.says) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}
