package drive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/watcher/remote"
)

// notebook is a ledger in memory, and what becomes of all that is brought: it is imported.
type notebook struct {
	notes    map[string]string
	files    map[string]json.RawMessage
	imported []remote.Import
}

func (n *notebook) Last(_ context.Context, key string) (string, error) { return n.notes[key], nil }

func (n *notebook) Remember(_ context.Context, key, note string) error {
	n.notes[key] = note
	return nil
}

func (n *notebook) Files(context.Context, string) (map[string]json.RawMessage, error) {
	return n.files, nil
}

func (n *notebook) NoteFiles(_ context.Context, _ string, changed map[string]json.RawMessage) error {
	maps.Copy(n.files, changed)
	maps.DeleteFunc(n.files, func(_ string, note json.RawMessage) bool { return note == nil })
	return nil
}

func (n *notebook) Newest(context.Context) (int64, error) { return int64(len(n.imported)), nil }

func (n *notebook) Since(_ context.Context, _ string, number int64) ([]remote.Import, error) {
	return n.imported[number:], nil
}

func (n *notebook) Import(_ context.Context, id string) (remote.Import, bool, error) {
	i := slices.IndexFunc(n.imported, func(imp remote.Import) bool { return imp.ID == id })
	if i < 0 {
		return remote.Import{}, false, nil
	}
	return n.imported[i], true, nil
}

// counted counts what is fetched.
type counted struct {
	*Drive
	fetched []string
}

func (c *counted) Fetch(ctx context.Context, f remote.File, w io.Writer) error {
	c.fetched = append(c.fetched, f.Path)
	return c.Drive.Fetch(ctx, f, w)
}

// testRound goes the whole way with a real place: each version is brought once with its mapping, and moved away when it is imported.
func testRound(t *testing.T, p *place) {
	inbox, n := t.TempDir(), &notebook{notes: map[string]string{}, files: map[string]json.RawMessage{}}
	folder := &counted{Drive: opened(t, p)}
	start := func() *remote.FolderPoll {
		return &remote.FolderPoll{Name: "crm", Folder: folder, History: n, Imports: n, Inbox: inbox, InboxName: "kunder", Then: remote.Move, MoveTo: "done"}
	}
	round := start()
	run := func(want ...string) {
		t.Helper()
		res, err := round.Run(t.Context())
		if err != nil || !slices.Equal(res.New, want) {
			t.Fatalf("brought %q, %v; wanted %q", res.New, err, want)
		}
	}
	twice := func(want ...string) {
		t.Helper()
		run()
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) { // it is to look the same for a while
			res, err := round.Run(t.Context())
			if err != nil || len(res.New) > 0 && !slices.Equal(res.New, want) {
				t.Fatalf("brought %q, %v; wanted %q", res.New, err, want)
			}
			if len(res.New) > 0 {
				return
			}
		}
		t.Fatalf("nothing was brought for a minute; wanted %q", want)
	}
	// claim takes a workbook out of the inbox, as its import does, and says what came with it.
	claim := func(name, text string) (beside string) {
		t.Helper()
		got, err := os.ReadFile(filepath.Join(inbox, name))
		if err != nil || string(got) != text {
			t.Fatalf("%s holds %q, %v", name, got, err)
		}
		sidecar := filepath.Join(inbox, strings.TrimSuffix(name, ".csv")+".mapping.yaml")
		mapping, _ := os.ReadFile(sidecar) // there may be none
		os.Remove(sidecar)
		os.Remove(filepath.Join(inbox, name))
		sum := sha256.Sum256(got)
		n.imported = append(n.imported, remote.Import{ID: text, Name: name, Sum: hex.EncodeToString(sum[:]), Ended: true, Well: true})
		return string(mapping)
	}
	p.put(t, "kunder.mapping.yaml", "version: 1")
	p.put(t, "kunder.csv", "one")
	twice("kunder.csv")
	if beside := claim("kunder.csv", "one"); beside != "version: 1" {
		t.Errorf("with it came %q", beside)
	}
	run() // and it is taken away
	p.put(t, "kunder.csv", "two")
	twice("kunder.csv")
	claim("kunder.csv", "two")
	round = start() // as after a death
	run()
	run()
	if want := []string{"kunder.csv", "kunder.mapping.yaml", "kunder.csv"}; !slices.Equal(folder.fetched, want) {
		t.Errorf("fetched %q, wanted %q", folder.fetched, want)
	}
	var texts []string
	for name, text := range p.holds(t) {
		if !strings.HasPrefix(name, "done/kunder") {
			t.Errorf("%s is still there", name)
		}
		texts = append(texts, text)
	}
	if slices.Sort(texts); !slices.Equal(texts, []string{"one", "two", "version: 1"}) {
		t.Errorf("done holds %q", texts)
	}
}
