package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// odd is the name of a file that would clear the screen, write in two lines and reverse the direction of writing.
const odd = "\x1b[2Jr\u00f6d\nrad\u202evsc.csv"

// typed runs a command in this process.
func typed(t *testing.T, args ...string) (code exitcode.Code, stdout, stderr string) {
	t.Helper()
	var out, err strings.Builder
	code = run(t.Context(), args, &out, &err)
	return code, out.String(), err.String()
}

// safe wants nothing in a text that steers a terminal.
func safe(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("%s prints %q:\n%q", what, r, text)
			return
		}
	}
}

// TestNamesAreShownSafely prints the name of a file, and values of cells, with each command that shows them.
func TestNamesAreShownSafely(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	claim := filepath.Join("inbox", ".inlet", "20250101T000000.000000-abcd")
	for name, text := range map[string]string{
		"inlet.yaml":                         "inboxes: [{name: kunder, path: inbox}]\n",
		odd:                                  "Företag,Postnr,E-post,\x1b[31mX\u202e\n\x1b[1mÅkeri,11122,\x1b[5mno\u202eaddress,x\n",
		"empty\x1b.csv":                      "",
		filepath.Join(claim, "a\x1b\nb.csv"): "a",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	label, err := json.Marshal(map[string]any{"name": "a\x1b\nb.csv"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(claim, "arrival.json"), label, 0o600); err != nil {
		t.Fatal(err)
	}
	id := ""
	for _, args := range [][]string{{"check", odd}, {"plan", odd}, {"plan", odd, "--json"}, {"mapping", "suggest", odd}, {"import", odd}, {"import", odd, "--json"}, {"import", "empty\x1b.csv"},
		{"import", "none\x1b.csv"}, {"check", "none\x1b.csv"}, {"list"}, {"list", "--json"}, {"show", "ID"}, {"show", "ID", "--rows"}, {"show", "ID", "--json"}, {"show", "none\x1b"}, {"undo", "ID"}} {
		for i := range args {
			if args[i] == "ID" {
				args[i] = id
			}
		}
		_, stdout, stderr := typed(t, args...)
		safe(t, strings.Join(args[:1], " "), stdout)
		safe(t, strings.Join(args[:1], " ")+" to stderr", stderr)
		if strings.Contains(strings.Join(args, " "), "list --json") {
			lines := strings.Split(strings.TrimSpace(stdout), "\n")
			var first, last struct{ ID, Workbook, State string }
			if err := json.Unmarshal([]byte(lines[len(lines)-2]), &first); err != nil || first.Workbook != odd {
				t.Errorf("JSON has the name %q, %v", first.Workbook, err)
			}
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Workbook != "a\x1b\nb.csv" || last.State != "waiting" {
				t.Errorf("JSON ends with %+v, %v", last, err)
			}
			id = first.ID
		}
		if args[0] == "list" && len(args) == 1 {
			for _, want := range []string{`\x1b[2Jröd⏎rad\u202evsc.csv`, `a\x1b⏎b.csv`} {
				if !strings.Contains(stdout, want) {
					t.Errorf("list does not show %s:\n%s", want, stdout)
				}
			}
		}
	}
}

// TestListWithoutItsStore: what waits is listed although the store is not there.
func TestListWithoutItsStore(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	claim := filepath.Join("inbox", ".inlet", "20250101T000000.000000-abcd")
	for name, text := range map[string]string{"inlet.yaml": "inboxes: [{name: kunder, path: inbox}]\n", claim + "/a.csv": "a", claim + "/arrival.json": `{"name":"a.csv"}`} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, store := range []string{"sqlite:none.db", "mongodb://127.0.0.1:1/inlet?serverSelectionTimeoutMS=200&connectTimeoutMS=200"} {
		code, stdout, stderr := typed(t, "list", "--store", store)
		if code == exitcode.OK || stderr == "" || !strings.Contains(stdout, "a.csv") || !strings.Contains(stdout, "the store cannot be reached") {
			t.Errorf("%s: %d, %q, %q", store, code, stdout, stderr)
		}
	}
}

// TestCheckReportsLinks: a link in the place of done is reported before the daemon is started.
func TestCheckReportsLinks(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, err := range []error{os.WriteFile("inlet.yaml", []byte("inboxes: [{name: kunder, path: inbox}]\n"), 0o600), os.Mkdir("inbox", 0o755),
		os.Symlink(t.TempDir(), "inbox/done")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if code, stdout, _ := typed(t, "check"); code != exitcode.Failed || !strings.Contains(stdout, "links are not followed") {
		t.Errorf("%d: %s", code, stdout)
	}
	if err := os.Remove("inbox/done"); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := typed(t, "check"); code != exitcode.OK {
		t.Errorf("%d: %s", code, stdout)
	}
}

// TestListSaysWhatAWorkbookWaitsFor: a daemon has noted it in the store.
func TestListSaysWhatAWorkbookWaitsFor(t *testing.T) {
	t.Chdir(t.TempDir())
	const id = "20250101T000000.000000-abcd"
	claim := filepath.Join("inbox", ".inlet", id)
	if err := os.MkdirAll(claim, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"inlet.yaml": "inboxes: [{name: kunder, path: inbox}]\n", "b.csv": "Company,Zip\nB,1\n",
		filepath.Join(claim, "a.csv"): "a", filepath.Join(claim, "arrival.json"): `{"name": "a.csv"}`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, said := typed(t, "import", "b.csv"); code != exitcode.OK {
		t.Fatal(said)
	}
	db, err := sqlite.Open(t.Context(), "inlet.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	all := claims.New(db)
	if _, err := all.Take(t.Context(), "kunder", id); err != nil {
		t.Fatal(err)
	}
	for reason, says := range map[claims.Reason][2]string{
		"":               {"waiting for inlet run", "väntar på inlet run"},
		claims.ForIndex:  {"waiting until the stored records are indexed", "väntar tills de lagrade posterna är indexerade"},
		claims.ForMemory: {"waiting until another large workbook is imported", "väntar tills en annan stor arbetsbok"},
	} {
		if err := all.SetWaits(t.Context(), "kunder", id, reason); err != nil {
			t.Fatal(err)
		}
		for i, lang := range []string{"en", "sv"} {
			if _, stdout, _ := typed(t, "list", "--lang", lang); !strings.Contains(stdout, says[i]) {
				t.Errorf("it does not say %q:\n%s", says[i], stdout)
			}
		}
		_, stdout, _ := typed(t, "list", "--json")
		lines := strings.Split(strings.TrimSpace(stdout), "\n")
		var last struct {
			WaitsFor claims.Reason `json:"waits_for"`
		}
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.WaitsFor != reason {
			t.Errorf("JSON has %q, not %q: %v", last.WaitsFor, reason, err)
		}
	}
}
