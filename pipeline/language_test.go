package pipeline_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// withSheet returns a workbook with other content in its sheet.
func withSheet(t *testing.T, book []byte, content string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	out := zip.NewWriter(&all)
	for _, f := range in.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			err = out.Copy(f)
		} else if w, made := out.Create(f.Name); made == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// TestReasonsInSwedish has the reason beside a refused file Swedish as a whole, whatever was wrong with it.
func TestReasonsInSwedish(t *testing.T) {
	p := newPlay(t, way{"sqlite", 10, false}, "")
	book := filepath.Join(t.TempDir(), "book.xlsx")
	sheettest.Book(t, book, "Företag,Ort\nAcme,Lund\n")
	good, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		content []byte
		sidecar string
		says    string
	}{
		"halv.xlsx":    {good[:len(good)/2], "", "filens slut saknas eller är skadat: kopiera eller exportera den igen"},
		"bruten.xlsx":  {withSheet(t, good, "<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/>"), "", "Sheet1 rad 3: bladet har rad 1 efter rad 2"},
		"gammal.xlsx":  {[]byte("\x09\x08gammal"), "", "det här är en gammal Excel-fil (.xls): öppna den i Excel och spara den som .xlsx"},
		"tom.csv":      {nil, "", "filen är tom: den sparades eller kopierades inte klart"},
		"citat.csv":    {[]byte("Företag,Ort\nAcme,\"Lund\n"), "", "rad 2: ett citattecken (\") inleder ett fält på rad 2, kolumn B, som sedan inte avslutas: avsluta det, eller dubblera citattecknet om det hör till texten"},
		"mappning.csv": {[]byte("Företag\nAcme\n"), "colums:\n  A: account.name\nmode: upsrt\n", "mapping.yaml, rad 1, kolumn 1: colums: okänd nyckel; menade du columns?\nmapping.yaml, rad 3, kolumn 7: ”upsrt”: skriv något av upsert, update, create"},
	} {
		t.Run(name, func(t *testing.T) {
			failed := t.TempDir()
			job := pipeline.Job{Name: name, Workbook: p.file(name, tt.content), Language: "sv", Folders: pipeline.Folders{Failed: failed}}
			if tt.sidecar != "" {
				job.Sidecar = p.file("mapping.yaml", []byte(tt.sidecar))
			}
			rep, err := p.pipeline.Run(t.Context(), job)
			if err != nil || rep.Import.State != ledger.Refused {
				t.Fatalf("the import is %s: %v", rep.Import.State, err)
			}
			reason, err := os.ReadFile(filepath.Join(failed, name+".orsak.txt"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(reason), tt.says) {
				t.Errorf("the reason is\n%s\nand does not say\n%s", reason, tt.says)
			}
			for _, english := range []string{" the ", " is ", " not ", "row "} {
				if strings.Contains(string(reason), english) {
					t.Errorf("%q is English in\n%s", english, reason)
				}
			}
		})
	}
}
