package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const mappingsDir = "../../deploy/mappings"

var recordID = regexp.MustCompile(`\b[0-9a-f]{24}\b`)

// TestMappings imports the workbooks of each folder of deploy/mappings, in the order of their names, and compares what is printed and the records with
// expected.txt there; -update writes it. A mapping without a workbook, or a folder that README.md does not name, is found too.
func TestMappings(t *testing.T) {
	t.Parallel()
	folders, err := os.ReadDir(mappingsDir)
	if err != nil {
		t.Fatal(err)
	}
	readme := readDocument(t, "deploy/mappings/README.md")
	found := 0
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		found++
		if !strings.Contains(readme, "]("+f.Name()+"/") {
			t.Errorf("deploy/mappings/README.md does not name %s", f.Name())
		}
		t.Run(f.Name(), func(t *testing.T) {
			t.Parallel()
			is := importAll(t, filepath.Join(mappingsDir, f.Name()))
			path := filepath.Join(mappingsDir, f.Name(), "expected.txt")
			if *update {
				if err := os.WriteFile(path, []byte(is), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), is); diff != "" {
				t.Errorf("-expected.txt +now:\n%s", diff)
			}
		})
	}
	if found < 10 {
		t.Errorf("%d folders", found)
	}
}

// importAll copies a folder, imports its workbooks, and returns what was printed, with the records.
func importAll(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	names, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	mappings := 0
	var books []string
	for _, n := range names {
		content, err := os.ReadFile(filepath.Join(from, n.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, n.Name()), content, 0o644); err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasSuffix(n.Name(), ".mapping.yaml"):
			mappings++
		case slices.Contains([]string{".csv", ".xlsx"}, filepath.Ext(n.Name())):
			books = append(books, n.Name())
		}
	}
	if mappings != 1 || len(books) == 0 {
		t.Fatalf("%d mappings, %d workbooks", mappings, len(books))
	}
	var b strings.Builder
	run := func(args ...string) {
		cmd := exec.Command("inlet", args...)
		cmd.Dir = dir
		out, _ := cmd.CombinedOutput() // the exit code is printed
		fmt.Fprintf(&b, "$ inlet %s\n%s", strings.Join(args, " "), out)
		if code := cmd.ProcessState.ExitCode(); code != 0 {
			fmt.Fprintf(&b, "exit code %d\n", code)
		}
	}
	for _, name := range books {
		run("import", name)
	}
	run("export", "account")
	run("export", "contact")
	return plainIDs(b.String())
}

// plainIDs replaces IDs, which differ from run to run, by numbers in the order in which they come.
func plainIDs(text string) string {
	ids := map[string]string{}
	text = recordID.ReplaceAllStringFunc(text, func(id string) string {
		if ids[id] == "" {
			ids[id] = fmt.Sprint(len(ids) + 1)
		}
		return ids[id]
	})
	return importID.ReplaceAllString(text, "IMPORT")
}
