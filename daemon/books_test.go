package daemon_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// line is one good row under the headings of all these files.
const (
	heads = "Företag,Postnr,Kontakt,E-post\n"
	line  = heads + "Åkeri,11122,Åsa,asa@exempel.se\n"
)

func xlsx(t *testing.T, text string) []byte {
	t.Helper()
	data, err := sheettest.XLSX(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func manyParts(t *testing.T, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range n {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const secret = "hemligt ord"

func encrypted(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range strings.Split(strings.TrimSpace(line), "\n") {
		cells := strings.Split(row, ",")
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "låst.xlsx")
	if err := f.SaveAs(path, excelize.Options{Password: secret}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
