package sign

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/watcher/inbox/claim"
)

// inbox is a folder with the texts of one process.
type inbox struct {
	*testing.T
	root  *os.Root
	signs *Signs
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	in := &inbox{T: t, root: root}
	in.restart()
	return in
}

// restart is another process that has seen nothing yet.
func (in *inbox) restart() {
	in.signs = New(Settings{Words: naming.In("sv"), Language: "sv", Ask: "Anna"}, slog.New(slog.DiscardHandler))
}

// scan looks at every file, as the scanner does, updates the texts, and returns the names of those that are there.
func (in *inbox) scan(claimed []claim.Claim, ignored map[string]time.Time) []string {
	in.Helper()
	in.see()
	in.signs.Update(in.root, claimed, ignored)
	in.see()
	return slices.Sorted(maps.Keys(in.signs.found))
}

func (in *inbox) see() {
	in.Helper()
	names, err := filepath.Glob(filepath.Join(in.root.Name(), "*"))
	if err != nil {
		in.Fatal(err)
	}
	for rel := range maps.Clone(in.signs.found) {
		in.signs.Gone(rel)
	}
	for _, name := range names {
		info, err := os.Lstat(name)
		if err != nil {
			in.Fatal(err)
		}
		in.signs.Note(in.root, filepath.Base(name), info)
	}
}

func (in *inbox) wants(got []string, want ...string) {
	in.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		in.Errorf("-want +got:\n%s", diff)
	}
}

func ago(d time.Duration) time.Time { return time.Now().Add(-d) }

// TestImporting: the text is there from ten seconds on until the claim is gone, whichever process wrote it.
func TestImporting(t *testing.T) {
	in := newInbox(t)
	in.wants(in.scan([]claim.Claim{{ID: "1", Name: "kunder.xlsx", Seen: ago(9 * time.Second)}}, nil))
	claimed := []claim.Claim{{ID: "1", Name: "kunder.xlsx", Seen: ago(11 * time.Second)}, {ID: "2", Name: "kunder.xlsx", Seen: ago(11 * time.Second)}}
	in.wants(in.scan(claimed, nil), "kunder.xlsx.importeras.txt")
	content, err := in.root.ReadFile("kunder.xlsx.importeras.txt")
	if err != nil || !strings.Contains(string(content), "kunder.xlsx togs emot") || !strings.Contains(string(content), "Anna") {
		t.Errorf("%s, %v", content, err)
	}
	in.restart()
	in.wants(in.scan(claimed, nil), "kunder.xlsx.importeras.txt")
	in.restart()
	in.scan(claimed[1:], nil) // the text of the first is removed, and there is one of the second, which waited behind it
	if got := in.signs.found["kunder.xlsx.importeras.txt"]; got != "2" {
		t.Errorf("the text is that of %q", got)
	}
	in.restart()
	in.wants(in.scan(nil, nil))
}

// TestManyImporting: who drops hundreds of workbooks has a text beside the first of them.
func TestManyImporting(t *testing.T) {
	in := newInbox(t)
	var many []claim.Claim
	for i := range 50 {
		many = append(many, claim.Claim{ID: strings.Repeat("1", i+1), Name: strings.Repeat("a", i+1) + ".csv", Seen: ago(time.Minute)})
	}
	if got := in.scan(many, nil); len(got) != maxFiles || got[0] != "a.csv.importeras.txt" {
		t.Errorf("%d texts, %q", len(got), got[0])
	}
}

// TestIgnored: the text comes after a while and goes with its file; a person who deletes it is left alone.
func TestIgnored(t *testing.T) {
	in := newInbox(t)
	in.wants(in.scan(nil, map[string]time.Time{"lista.txt": ago(14 * time.Minute)}))
	old := map[string]time.Time{"lista.txt": ago(time.Hour)}
	in.wants(in.scan(nil, old), "lista.txt.ignoreras.txt")
	if err := in.root.Remove("lista.txt.ignoreras.txt"); err != nil {
		t.Fatal(err)
	}
	in.wants(in.scan(nil, old))
	in.restart()
	in.wants(in.scan(nil, old), "lista.txt.ignoreras.txt")
	in.wants(in.scan(nil, nil))
	many := map[string]time.Time{}
	for i := range 50 {
		many[strings.Repeat("a", i+1)+".jpg"] = ago(time.Hour)
	}
	if got := in.scan(nil, many); len(got) != maxFiles {
		t.Errorf("%d texts", len(got))
	}
}

// TestFilesOfPeople are neither taken for a text nor removed nor written over, whatever they are called.
func TestFilesOfPeople(t *testing.T) {
	in := newInbox(t)
	for name, content := range map[string]string{"kunder.xlsx.importeras.txt": "mine", "a.importeras.txt": "inlet: 1\n", "b.txt": strings.Repeat("x", most) + mark + "1\n"} {
		if err := in.root.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in.wants(in.scan([]claim.Claim{{ID: "1", Name: "kunder.xlsx", Seen: ago(time.Minute)}}, nil))
	if content, err := in.root.ReadFile("kunder.xlsx.importeras.txt"); err != nil || string(content) != "mine" {
		t.Errorf("%q, %v", content, err)
	}
	if names, err := filepath.Glob(filepath.Join(in.root.Name(), "*")); err != nil || len(names) != 3 {
		t.Errorf("%q, %v", names, err)
	}
}

// TestNoWords: without words nothing is written.
func TestNoWords(t *testing.T) {
	in := newInbox(t)
	in.signs = New(Settings{}, slog.New(slog.DiscardHandler))
	in.wants(in.scan([]claim.Claim{{ID: "1", Name: "kunder.xlsx", Seen: ago(time.Minute)}}, map[string]time.Time{"lista.txt": ago(time.Hour)}))
}
