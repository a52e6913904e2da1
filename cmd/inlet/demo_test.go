package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/cmd/inlet/exitcode"
)

// TestDemo: the rows that are dropped, a correction, a duplicate, a plan with old and new values, and an undo. --keep leaves the folder.
func TestDemo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Chdir(t.TempDir())
	code, out, errs := typed(t, "demo", "--keep")
	if code != exitcode.OK {
		t.Fatalf("%d: %s%s", code, out, errs)
	}
	rest := out
	for _, want := range []string{
		`Sjöstål Konsult AB +411 05 +Göteborg .* bjorn\.wallin@\n`,                         // the rows
		`accounts 4 created, 2 unchanged, 1 rejected\n`,                                    // the result
		`Kunder!J7  INVALID  "bjorn.wallin@" is not a valid`,                               // why
		`Kunder!B8  CHECK_DIGIT \(warning\)  "969600-1239"`,                                // a warning is called one
		`Row +Problem +Cell +Företag`,                                                      // the rejected workbook
		`\n7 +"bjorn.wallin@" is not a valid .* J7 `,                                       //
		`corrects the cell to bjorn\.wallin@solvikensbat\.example`,                         //
		`kunder\.rejected\.xlsx: 1 row\n  accounts 1 created`,                              // the correction
		`kunder\.xlsx: nothing to do: the same workbook`,                                   // the same file twice
		`Plan: accounts 0 to create, 1 to update, 6 unchanged`,                             // the plan
		`Phone  040-12 34 56 → 040-99 88 77`,                                               //
		`Title  Inköpare → Inköpschef`,                                                     //
		`kunder-2\.xlsx: import \S+ undone`,                                                // the undo
		`the phone number of Åkessons Färg & Tak AB is 040-12 34 56 again`,                 //
		`kunder-2\.xlsx, undo of [\s\S]*undone[\s\S]*duplicate[\s\S]*kunder\.xlsx +done +`, // the list
		`To set up an inbox of your own: inlet init`,
	} {
		at := regexp.MustCompile(want).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("no %s in the rest:\n%s", want, rest)
		}
		rest = rest[at[0]:]
	}
	dir := regexp.MustCompile(`cd (\S+)`).FindStringSubmatch(out)[1]
	t.Chdir(dir)
	if code, list, errs := typed(t, "list"); code != exitcode.OK || !strings.Contains(list, "kunder-2.xlsx") {
		t.Errorf("the folder that was kept: %d %s%s", code, list, errs)
	}
	if entries, _ := os.ReadDir(os.TempDir()); len(entries) != 1 {
		t.Errorf("in the temporary folder: %v", entries)
	}
}

// TestDemoOnMongoDB wants an empty database, and leaves no folder.
func TestDemoOnMongoDB(t *testing.T) {
	uri := os.Getenv("INLET_TEST_MONGODB")
	if uri == "" {
		t.Skip("INLET_TEST_MONGODB is not set")
	}
	t.Setenv("INLET_TEST_MONGODB", uri)
	t.Setenv("TMPDIR", t.TempDir())
	t.Chdir(t.TempDir())
	uri = strings.TrimSuffix(uri, "/") + "/inlet_demo_" + strconv.FormatInt(time.Now().UnixNano(), 36)
	if code, out, errs := typed(t, "demo", "--mongodb", uri, "--lang", "sv"); code != exitcode.OK || !strings.Contains(out, "Telefon  040-12 34 56 → 040-99 88 77") ||
		!strings.Contains(out, "Posterna finns kvar i databasen") {
		t.Fatalf("%d: %s%s", code, out, errs)
	}
	if entries, _ := os.ReadDir(os.TempDir()); len(entries) != 0 {
		t.Errorf("in the temporary folder: %v", entries)
	}
	if code, _, errs := typed(t, "demo", "--mongodb", uri); code != exitcode.Failed || !strings.Contains(errs, "the database is not empty") {
		t.Errorf("again: %d %s", code, errs)
	}
	if code, _, errs := typed(t, "demo", "--mongodb", "localhost"); code != exitcode.Usage || !strings.Contains(errs, "is not the URI of a MongoDB database") {
		t.Errorf("no URI: %d %s", code, errs)
	}
}
