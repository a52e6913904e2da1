package filename_test

import (
	"testing"

	"inlet.example/inlet/pipeline/filename"
)

// TestWorkbooks expects every type of workbook to be known by its ending in any case, and the content types of downloads to mean one that can be read.
func TestWorkbooks(t *testing.T) {
	for name, want := range map[string]bool{"kunder.xlsx": true, "KUNDER.XLSM": true, "a.csv": true, "b.Tsv": true, "old.xls": true, "c.ods": true,
		"kunder.mapping.yaml": false, "kunder": false, "xlsx": false, "kunder.xlsx.bak": false, "a.pdf": false, "": false} {
		if got := filename.IsWorkbook(name); got != want {
			t.Errorf("%q is a workbook: %v", name, got)
		}
	}
	for media, want := range map[string]string{"text/csv": ".csv", "text/csv; charset=utf-8": ".csv", "Text/Tab-Separated-Values": ".tsv",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx", "application/vnd.ms-excel.sheet.macroEnabled.12": ".xlsm",
		"application/vnd.ms-excel": "", "text/html": "", "": ""} {
		if got := filename.EndingOf(media); got != want {
			t.Errorf("content type %q is %q, want %q", media, got, want)
		}
	}
}
