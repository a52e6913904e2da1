package assembly

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/remotetest"
)

// counted opens a store. Its operations so far are returned by the func.
func counted(t *testing.T, uri string) (*store.Store, func() int) {
	t.Helper()
	m := metrics.New(metrics.Labels{})
	engine, err := openEngine(t.Context(), config.Store{URI: uri})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.New(t.Context(), m.Store(config.DefaultStore, nil, nil).TimeEngine(engine, func(context.Context) {}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.WithoutCancel(t.Context())) })
	return s, func() int {
		page := httptest.NewRecorder()
		m.Handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
		sum := 0
		for line := range strings.Lines(page.Body.String()) {
			if !strings.HasPrefix(line, "inlet_store_operation_duration_seconds_count{") {
				continue
			}
			n, err := strconv.Atoi(line[strings.LastIndexByte(line, ' ')+1 : len(line)-1])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		return sum
	}
}

// TestImportsOfASource: a source hears of the imports of its own inbox, in their order, and which of them ended well.
func TestImportsOfASource(t *testing.T) {
	s, _ := counted(t, "sqlite:"+filepath.Join(t.TempDir(), "inlet.db"))
	history := importHistory{s}
	if n, err := history.Newest(t.Context()); n != 0 || err != nil {
		t.Errorf("the newest of none is %d, %v", n, err)
	}
	begin := func(id string, edit func(*ledger.Import)) {
		t.Helper()
		imp := ledger.Import{ID: id, Inbox: "kunder", Arrival: id, Workbook: id + ".csv", Sum: "sum " + id, State: ledger.Running, Archived: "done"}
		edit(&imp)
		if _, err := s.Imports.Begin(t.Context(), imp, true); err != nil {
			t.Fatal(err)
		}
	}
	for id, state := range map[string]ledger.State{"a": ledger.Done, "b": ledger.Duplicate, "c": ledger.Refused, "d": ledger.Held, "e": ledger.Stuck, "f": ledger.Running} {
		begin(id, func(imp *ledger.Import) { imp.State = state })
	}
	begin("other", func(imp *ledger.Import) { imp.Inbox = "other" })
	begin("undo", func(imp *ledger.Import) { imp.Undoes = "a-1" })
	begin("unplaced", func(imp *ledger.Import) { imp.State, imp.Archived = ledger.Done, "" })
	all, err := history.Since(t.Context(), "kunder", 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, imp := range all {
		got[imp.Name] = fmt.Sprint(imp.Ended, imp.Ended && imp.Well)
	}
	want := map[string]string{"a.csv": "true true", "b.csv": "true true", "c.csv": "true false", "d.csv": "false false", "e.csv": "false false",
		"f.csv": "false false", "unplaced.csv": "false false"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, wanted %v", got, want)
	}
	newest, err := history.Newest(t.Context())
	if later, laterErr := history.Since(t.Context(), "kunder", newest-1); len(later) != 1 || later[0].Name != "unplaced.csv" || err != nil || laterErr != nil {
		t.Errorf("later ones are %v, %v, %v", later, err, laterErr)
	}
	if imp, ok, err := history.Import(t.Context(), "c-1"); !ok || imp.Sum != "sum c" || imp.Well || err != nil {
		t.Errorf("c is %+v, %v, %v", imp, ok, err)
	}
}

// TestSecretsOfASource are read from their files as they are when they are needed.
func TestSecretsOfASource(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("older\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &Parts{}
	s := config.Source{Name: "crm", Drive: "s3", Root: "b", Options: map[string]string{"region": "x"}, OptionsFile: map[string]string{"secret_access_key": secret},
		HeadersFile: map[string]string{"Authorization": secret}}
	for _, want := range []string{"older", "newer"} {
		if err := os.WriteFile(secret, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		place, err := p.Place(s)
		if err != nil || place.Options["secret_access_key"] != want || place.Options["region"] != "x" || len(s.Options) != 1 {
			t.Errorf("options %v, %v", place.Options, err)
		}
		if text := fmt.Sprintf("%v %+v %#v", place, place, place); strings.Contains(text, want) {
			t.Errorf("it shows as %s", text)
		}
		source, err := watcherSource(s)
		if err != nil || source.Header["Authorization"] != want {
			t.Errorf("header %v, %v", source.Header, err)
		}
	}
	if err := os.Chmod(secret, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Place(s); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("open to others: %v", err)
	}
}

func TestTokenKey(t *testing.T) {
	dir := t.TempDir()
	beside := tokenKey(config.Store{URI: "sqlite:" + filepath.Join(dir, "inlet.db")})
	one, err := beside()
	other, otherErr := beside()
	if len(one) != keyBytes || !slices.Equal(one, other) || err != nil || otherErr != nil {
		t.Errorf("keys of %d and %d bytes, %v, %v", len(one), len(other), err, otherErr)
	}
	if info, err := os.Stat(filepath.Join(dir, "inlet.db.token.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, ".inlet-*")); len(found) > 0 {
		t.Errorf("left: %q", found)
	}
	named := filepath.Join(dir, "named.key")
	if err := os.WriteFile(named, []byte("by hand\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, cfg := range map[string]config.Store{"token_key_file is not set": {URI: "mongodb://h/d"}, "does not contain a valid key": {URI: "mongodb://h/d", TokenKeyFile: named}} {
		if _, err := tokenKey(cfg)(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; wanted %q", err, want)
		}
	}
}

// brief is a remote.Ledger in memory.
type brief struct {
	notes map[string]string
	files map[string]json.RawMessage
}

func (b *brief) Last(_ context.Context, key string) (string, error) { return b.notes[key], nil }
func (b *brief) Remember(_ context.Context, key, note string) error {
	b.notes[key] = note
	return nil
}
func (b *brief) Files(context.Context, string) (map[string]json.RawMessage, error) {
	return b.files, nil
}
func (b *brief) NoteFiles(_ context.Context, _ string, changed map[string]json.RawMessage) error {
	maps.Copy(b.files, changed)
	return nil
}

// TestManyFilesOnADrive measures what a poll of many known files costs in a real store, and one that delivers new ones: 2,000 files by default, 10,000
// with INLET_TEST_MORE or INLET_TEST_DEEP.
func TestManyFilesOnADrive(t *testing.T) {
	const perPoll = 500
	many, added := 2_000, 25
	if os.Getenv("INLET_TEST_MORE")+os.Getenv("INLET_TEST_DEEP") != "" {
		many, added = 10_000, 100
	}
	dir := remotetest.NewDir(t.TempDir())
	write := func(name string, n int) {
		if err := dir.Write(name, fmt.Sprint("content of ", name), int64(n)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range many {
		write(fmt.Sprintf("%05d.csv", n), n)
	}
	known := &brief{map[string]string{}, map[string]json.RawMessage{}}
	sum := func() int { return 0 } // of the store's operations, once there is a store
	once := func(r *remote.FolderPoll) (remote.Result, time.Duration) {
		t.Helper()
		clear(dir.Asked)
		sum()
		began := time.Now()
		res, err := r.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return res, time.Since(began)
	}
	fetched := func(list, fetch int) {
		t.Helper()
		if dir.Asked[remotetest.List] != list || dir.Asked[remotetest.Fetch] != fetch {
			t.Errorf("asked for %v", dir.Asked)
		}
	}
	run := func(r *remote.FolderPoll, list, fetch int) time.Duration {
		t.Helper()
		_, took := once(r)
		fetched(list, fetch)
		return took
	}
	// settles asks until what the run before saw is taken.
	settles := func(r *remote.FolderPoll, fetch int) time.Duration {
		t.Helper()
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if res, took := once(r); len(res.New) > 0 {
				fetched(1, fetch)
				return took
			}
		}
		t.Fatal("nothing was taken for a minute")
		return 0
	}
	fill := &remote.FolderPoll{Name: "crm", Folder: dir, History: known, Inbox: t.TempDir(), Then: remote.Keep}
	run(fill, 1, 0)
	settles(fill, perPoll)
	for range many/perPoll - 1 {
		run(fill, 1, perPoll)
	}
	s, ops := counted(t, "sqlite:"+filepath.Join(t.TempDir(), "inlet.db"))
	if err := s.History.NoteFiles(t.Context(), "crm", known.files); err != nil {
		t.Fatal(err)
	}
	before := 0
	sum = func() int {
		was := before
		before = ops()
		return before - was
	}
	r := &remote.FolderPoll{Name: "crm", Folder: dir, History: s.History, Imports: importHistory{s}, Inbox: t.TempDir(), InboxName: "kunder", Then: remote.Move, MoveTo: "done"}
	took := run(r, 1, 0)
	t.Logf("%d known: %v, %d store operations", many, took, sum())
	for n := range added {
		write(fmt.Sprintf("new %d.csv", n), 20_000+n)
	}
	run(r, 1, 0)
	took = settles(r, added)
	if n := sum(); n > 10+6*added {
		t.Errorf("%d store operations for %d new files", n, added)
	} else {
		t.Logf("%d new among them: %v, %d store operations", added, took, n)
	}
	run(r, 1, 0)
}
