package watcher

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"inlet.example/inlet/watcher/inbox/claim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// watched is a running watcher of one inbox, and what it has reported.
type watched struct {
	*testing.T
	arrivals chan Arrival
	polls    chan string
}

func quick(dir string) Inbox {
	return Inbox{Name: "in", Path: dir, Settle: 50 * time.Millisecond, Scan: 100 * time.Millisecond}
}

// watch runs a watcher until the test ends.
func watch(t *testing.T, in Inbox, sources ...Source) (*watched, *Watcher) {
	t.Helper()
	w := &watched{T: t, arrivals: make(chan Arrival), polls: make(chan string, 100)}
	made, err := New(Config{Inboxes: []Inbox{in}, Sources: sources, Memory: &memory{}, Events: Events{Polled: func(_ string, r PollResult) { w.polls <- r.Outcome }}})
	if err != nil {
		t.Fatal(err)
	}
	w.start(made)
	return w, made
}

// start runs a watcher until the test ends.
func (w *watched) start(made *Watcher) {
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan error, 1)
	go func() { ended <- made.Run(ctx, w.arrivals) }()
	w.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("Run: %v", err)
		}
	})
}

func (w *watched) next() Arrival {
	w.Helper()
	select {
	case a := <-w.arrivals:
		return a
	case <-time.After(patience):
		w.Fatal("nothing arrived")
		return Arrival{}
	}
}

func put(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func content(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// memory is a remote.Memory.
type memory struct{ versions sync.Map }

func (m *memory) Last(_ context.Context, source string) (string, error) {
	v, _ := m.versions.Load(source)
	s, _ := v.(string)
	return s, nil
}

func (m *memory) Remember(_ context.Context, source, version string) error {
	m.versions.Store(source, version)
	return nil
}

// What was claimed before the start is handed out in the order of its IDs over all inboxes, before anything new; an inbox that cannot be made
// holds up none.
func TestRestartOrderOverInboxes(t *testing.T) {
	one, two := quick(t.TempDir()), quick(t.TempDir())
	two.Name = "two"
	lay := func(in Inbox, id string) {
		put(t, filepath.Join(claim.Dir(in.Path, id), "arrival.json"), `{"name":"a.csv"}`)
		put(t, filepath.Join(claim.Dir(in.Path, id), "a.csv"), id)
	}
	ids := []string{"20200101T000000.000001-0000", "20200101T000000.000002-0000", "20200101T000000.000003-0000"}
	lay(two, ids[0])
	lay(one, ids[1])
	lay(two, ids[2])
	missing := quick("/dev/null/inbox")
	missing.Name = "missing"
	w, err := New(Config{Inboxes: []Inbox{one, two, missing}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(one.Path, "new.csv"), "new")
	got := &watched{T: t, arrivals: make(chan Arrival)}
	got.start(w)
	for _, want := range ids {
		if a := got.next(); a.ID != want {
			t.Errorf("wanted %s, got %+v", want, a)
		}
	}
	if a := got.next(); a.Name != "new.csv" {
		t.Errorf("then %+v", a)
	}
}

func TestNewReturnsAllMistakes(t *testing.T) {
	_, err := New(Config{
		Inboxes: []Inbox{{Name: "a", Path: "relative"}, {Name: "b", Path: "/tmp/b"}, {Name: "b", Path: "/tmp/c"}, {Name: "d", Path: "/tmp/b/"}},
		Sources: []Source{
			{Name: "s", Inbox: "b", URL: "https://x/y.csv", Path: "/y.csv"},
			{Name: "t", Inbox: "b", URL: "ftp://x/y.csv", Every: time.Hour},
			{Name: "u", Inbox: "b", Path: "/y.csv", Cron: "61 * * * *"},
			{Name: "v", Inbox: "b", Path: "/y.csv", Cron: "0 6 * * *", TimeZone: "Europe/Atlantis"},
			{Name: "w", Inbox: "z", Path: "/y.csv", Every: time.Hour},
			{Name: "x", Inbox: "b", Path: "/y.csv"},
		},
		Memory: &memory{},
	})
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{"not absolute", "must be unique", "same folder", "url, path or drive", "not a valid http or https address", "61", "Atlantis", `"z"`, "every or cron"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q:\n%v", want, err)
		}
	}
}
