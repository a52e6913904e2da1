package sheet_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
)

// fixtures finds the folder of public workbooks beside the repository; a test that needs it skips where it is not.
func fixtures(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if there := filepath.Join(dir, "..", "shared", "fixtures"); isDir(there) {
			return there
		}
		dir = filepath.Dir(dir)
	}
	t.Skip("no fixtures here")
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// files gives the fixtures whose names end in one of the given ways.
func files(t testing.TB, endings ...string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(fixtures(t), func(path string, d fs.DirEntry, err error) error {
		if err == nil && slices.Contains(endings, strings.ToLower(filepath.Ext(path))) {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestAgainstExcelize reads every public workbook by both, and compares each cell.
func TestAgainstExcelize(t *testing.T) {
	if testing.Short() {
		t.Skip("1,400 workbooks")
	}
	var books, sheets, cells int
	for i, path := range files(t, ".xlsx", ".xlsm") {
		name := filepath.Base(path)
		if !sampled(t, i, 10) && differences[name] == "" {
			continue
		}
		books++
		differ, s, c := compare(t, path)
		sheets, cells = sheets+s, cells+c
		if reason := differences[name]; (reason != "") != (differ != "") {
			t.Errorf("%s: %s (listed: %q)", name, differ, reason)
		}
	}
	t.Logf("%d workbooks, %d sheets, %d cells", books, sheets, cells)
}

// compare gives the first difference, "" if there is none.
func compare(t *testing.T, path string) (differ string, sheets, cells int) {
	defer func() {
		if r := recover(); r != nil {
			differ = fmt.Sprint("excelize panics: ", r)
		}
	}()
	ours, err := sheet.Open(path, sheet.Options{})
	theirs, judge := excelize.OpenFile(path)
	if judge == nil {
		defer theirs.Close()
	}
	if err != nil {
		if _, ok := errors.AsType[*sheet.Unreadable](err); !ok {
			t.Errorf("%s: %v is not Unreadable", path, err)
		}
		if judge == nil && len(theirs.GetSheetList()) > 0 {
			return "we refuse: " + err.Error(), 0, 0
		}
		return "", 0, 0
	}
	defer ours.Close()
	if judge != nil {
		return "excelize refuses: " + judge.Error(), 0, 0
	}
	for _, s := range ours.Sheets {
		if !s.Grid {
			continue
		}
		n, differ := compareSheet(t, theirs, s)
		if differ != "" {
			return fmt.Sprintf("%s: %s", s.Name, differ), sheets, cells
		}
		sheets, cells = sheets+1, cells+n
	}
	return "", sheets, cells
}

func compareSheet(t *testing.T, theirs *excelize.File, s *sheet.Sheet) (cells int, differ string) {
	seen := make(map[string]bool)
	for rows, err := range s.Rows(t.Context(), 100) {
		if err != nil {
			return cells, "we refuse: " + err.Error()
		}
		for _, row := range rows {
			for _, c := range row.Cells {
				ref := sheet.Ref(c.Column, row.Number)
				seen[ref] = true
				cells++
				want, err := theirs.GetCellValue(s.Name, ref, excelize.Options{RawCellValue: true})
				if err != nil {
					return cells, "excelize refuses: " + err.Error()
				}
				if !same(c, want) {
					return cells, fmt.Sprintf("%s is %s %q, excelize has %q", ref, c.Type, c.Raw, want)
				}
			}
		}
	}
	rows, err := theirs.GetRows(s.Name, excelize.Options{RawCellValue: true})
	if err != nil {
		return cells, "excelize refuses: " + err.Error()
	}
	for i, row := range rows {
		for j, want := range row {
			if ref := sheet.Ref(j, i+1); want != "" && !seen[ref] {
				return cells, fmt.Sprintf("%s is missing, excelize has %q", ref, want)
			}
		}
	}
	return cells, ""
}

// same compares a cell with excelize's raw text of it.
func same(c sheet.Cell, raw string) bool {
	switch c.Type {
	case sheet.NoValue:
		return raw == ""
	case sheet.Number, sheet.Date, sheet.DateTime, sheet.Clock:
		a, err := strconv.ParseFloat(c.Raw, 64)
		b, judge := strconv.ParseFloat(raw, 64)
		if judge != nil {
			return sameTime(c, raw)
		}
		return err == nil && (a == b || strconv.FormatFloat(b, 'e', 14, 64) == strconv.FormatFloat(a, 'e', 14, 64))
	}
	return c.Raw == raw
}

// sameTime compares a date that the file writes as text (t="d"), which excelize returns unchanged.
func sameTime(c sheet.Cell, raw string) bool {
	got, err := c.Time()
	if err != nil {
		return false
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", "15:04:05"} {
		if want, err := time.Parse(layout, raw); err == nil {
			return got.Equal(want.Round(time.Second))
		}
	}
	return false
}

// differences are the workbooks where the two do not agree, and why that is right.
var differences = map[string]string{
	"tests__issue_261.xlsx":                                                                     "rows without numbers: excelize misses G61, the workbook as Excel repaired it has it",
	"src__TestData__Fillreport.xlsx":                                                            `its cells are named "0", "1": no cell of Excel is, so we refuse`,
	"src__TestData__LowerCaseReferenceAttribute.xlsx":                                           "lower-case references: excelize finds no such cell",
	"src__TestData__TestExcel_2040.xlsx":                                                        "encrypted with Excel's built-in password: excelize wants to be given it",
	"src__TestData__Test_git_issue289.xlsx":                                                     "the same",
	"src__TestData__Test_git_issue_301_IgnoreCase.xlsx":                                         "names of parts that differ by case: excelize finds no workbook",
	"src__TestData__Test_git_issue_324.xlsx":                                                    "the same row many times: we refuse, as it is uncertain which is meant",
	"src__TestData__Test_git_issue_629.xlsx":                                                    "absolute paths at the root: excelize misses the shared strings",
	"src__TestData__Test_git_issue_68_NullSheetPath.xlsm":                                       "a tab that leads nowhere: we refuse that sheet, excelize gives it no rows",
	"src__TestData__Test_git_issue_711_OpenXml_Row_height_parsing.xlsx":                         "a row height that is not a number, which we do not read: excelize refuses",
	"src__TestData__Test_git_issue_711_OpenXml_Row_height_parsing_negative_default_height.xlsx": "the same",
	"src__TestData__agile_DESede_SHA384_CBC_pwd_password.xlsx":                                  "encrypted: excelize panics",
	"src__TestData__agile_RC2_SHA1_CBC_pwd_password.xlsx":                                       "encrypted: excelize panics",
	"src__TestData__strict__agile_DESede_SHA384_CBC_pwd_password.xlsx":                          "encrypted: excelize panics",
	"src__TestData__strict__agile_RC2_SHA1_CBC_pwd_password.xlsx":                               "encrypted: excelize panics",
	"test__files__Pfand_from_windows_phone.xlsm":                                                "backslashes in the names of parts: excelize finds no workbook",
	"test__files__Pfand_from_windows_phone.xlsx":                                                "the same",
}
