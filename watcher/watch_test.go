package watcher

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patientFor is how long a test waits for what must come.
const patientFor = 30 * time.Second

// watched is a running watcher of one inbox, and what it told.
type watched struct {
	*testing.T
	inbox    string
	arrivals chan Arrival
	stop     func()

	full atomic.Bool // no more may be claimed

	mu      sync.Mutex
	ignored map[string]int
	log     bytes.Buffer
	scans   chan Scan
	polls   chan string
}

func quick(dir string) Inbox {
	return Inbox{Name: "in", Path: dir, Settle: 50 * time.Millisecond, Scan: 100 * time.Millisecond}
}

func watch(t *testing.T, in Inbox, sources ...Source) *watched {
	t.Helper()
	w, run := watchLater(t, in, sources...)
	run()
	return w
}

// watchLater gives a watcher that has not been started.
func watchLater(t *testing.T, in Inbox, sources ...Source) (*watched, func() *Watcher) {
	t.Helper()
	w := &watched{
		T: t, inbox: in.Path, arrivals: make(chan Arrival), ignored: map[string]int{},
		scans: make(chan Scan, 1), polls: make(chan string, 100),
	}
	cfg := Config{Inboxes: []Inbox{in}, Sources: sources, Memory: &memory{}, Events: Events{
		Ignored: func(_, reason string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.ignored[reason]++
		},
		Scanned: func(_ string, s Scan) {
			select {
			case <-w.scans:
			default:
			}
			w.scans <- s // the newest
		},
		Polled: func(_ string, a Answer) { w.polls <- a.Outcome },
		Full:   func(string) bool { return w.full.Load() },
	}, Log: slog.New(slog.NewTextHandler(w, nil))}
	made, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return w, func() *Watcher { w.start(made); return made }
}

// Write takes what is logged.
func (w *watched) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(line)
}

// logged is how often a text was logged.
func (w *watched) logged(text string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.log.String(), text)
}

// start runs a watcher until the test ends or stop is called.
func (w *watched) start(made *Watcher) {
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan error, 1)
	go func() { ended <- made.Run(ctx, w.arrivals) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("Run: %v", err)
		}
	})
	w.Cleanup(w.stop)
}

func (w *watched) next() Arrival {
	w.Helper()
	select {
	case a := <-w.arrivals:
		return a
	case <-time.After(patientFor):
		w.Fatal("nothing arrived")
		return Arrival{}
	}
}

// nothingMore waits until enough scans have passed that a file would have been whole and claimed, and offered.
func (w *watched) nothingMore() {
	w.Helper()
	for range 5 {
		select {
		case a := <-w.arrivals:
			w.Fatalf("%q arrived too", a.Name)
		case <-w.scans:
		case <-time.After(patientFor):
			w.Fatal("no scan")
		}
	}
}

func (w *watched) until(what string, ok func(Scan) bool) Scan {
	w.Helper()
	deadline := time.After(patientFor)
	for {
		select {
		case s := <-w.scans:
			if ok(s) {
				return s
			}
		case <-deadline:
			w.Fatalf("never %s", what)
		}
	}
}

func (w *watched) put(name, content string) {
	w.Helper()
	put(w, filepath.Join(w.inbox, name), content)
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

func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, text)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
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

func TestFileArrives(t *testing.T) {
	w := watch(t, quick(filepath.Join(t.TempDir(), "made", "inbox")))
	w.until("scanned", func(s Scan) bool { return s.Err == nil && s.Mode == ModeEvents })
	w.put("sub/kunder.xlsx", zipped(t, "one"))
	a := w.next()
	if a.Name != "sub/kunder.xlsx" || a.Inbox != "in" || a.Sidecar != "" || filepath.Dir(a.Workbook) != a.Dir {
		t.Errorf("arrived as %+v", a)
	}
	if got := content(t, a.Workbook); got != zipped(t, "one") {
		t.Error("its bytes are others")
	}
	if a.Dir != filepath.Join(w.inbox, ".inlet", a.ID) {
		t.Errorf("it lies in %s", a.Dir)
	}
	w.put("sub/kunder.xlsx", zipped(t, "two")) // the same name again is another arrival
	b := w.next()
	if b.ID <= a.ID || content(t, b.Workbook) != zipped(t, "two") || content(t, a.Workbook) != zipped(t, "one") {
		t.Errorf("then arrived %+v", b)
	}
	w.nothingMore()
}

func TestSlowWriterArrivesOnce(t *testing.T) {
	w := watch(t, quick(t.TempDir()))
	f, err := os.Create(filepath.Join(w.inbox, "slow.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for i := range 10 { // each pause ends when the watcher has looked, some are longer than the quiet time
		line := fmt.Sprintf("line %d\n", i)
		want.WriteString(line)
		if _, err := f.WriteString(line); err != nil {
			t.Fatal(err)
		}
		select {
		case <-w.scans:
		case a := <-w.arrivals:
			t.Fatalf("%s arrived while it was written", a.Name)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, w.next().Workbook); got != want.String() {
		t.Errorf("it arrived with %q", got)
	}
	w.nothingMore()
}

func TestManyFilesInFreshFolder(t *testing.T) {
	w := watch(t, quick(t.TempDir()))
	const many = 500
	for i := range many {
		w.put(fmt.Sprintf("fresh/deep/%03d.csv", i), fmt.Sprint(i))
	}
	got := map[string]bool{}
	for range many {
		a := w.next()
		if got[a.Name] {
			t.Fatalf("%s arrived twice", a.Name)
		}
		got[a.Name] = true
	}
	w.nothingMore()
}

func TestOrderOfOneScan(t *testing.T) {
	in := quick(t.TempDir())
	base := time.Now().Add(-time.Hour)
	for i, name := range []string{"c.csv", "a.csv", "b.csv", "z/late.csv", "z/early.csv"} {
		put(t, filepath.Join(in.Path, name), name)
		at := base.Add(time.Duration(i) * time.Minute)
		if name == "b.csv" {
			at = base.Add(time.Minute) // the same time as a.csv
		}
		if name == "z/early.csv" {
			at = time.Unix(0, 0)
		}
		if err := os.Chtimes(filepath.Join(in.Path, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	w := watch(t, in)
	last := ""
	for _, want := range []string{"z/early.csv", "c.csv", "a.csv", "b.csv", "z/late.csv"} {
		a := w.next()
		if a.Name != want || a.ID <= last {
			t.Errorf("wanted %s, got %s as %s", want, a.Name, a.ID)
		}
		last = a.ID
	}
}

func testLog(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }
