package inbox

import (
	"archive/zip"
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/startup"
)

// TestMain lets more tests run side by side than there are processors: most of them wait for timers.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "24"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// watched is a running watch of an inbox, and what it has reported.
type watched struct {
	*testing.T
	inbox    string
	arrivals chan claim.Arrival
	stop     func()

	full atomic.Bool // no more may be claimed

	mu      sync.Mutex
	ignored map[string]int
	log     bytes.Buffer
	scans   chan Scan
}

func quick(dir string) Inbox {
	return Inbox{Name: "in", Path: dir, Settle: 50 * time.Millisecond, Scan: 100 * time.Millisecond}
}

// watch runs a watch of an inbox until the test ends.
func watch(t *testing.T, in Inbox) *watched {
	t.Helper()
	w, made := newWatched(t, in)
	w.start(made)
	return w
}

// newWatched returns a watch that is not started yet.
func newWatched(t *testing.T, in Inbox) (*watched, *Watch) {
	w := &watched{T: t, inbox: in.Path, arrivals: make(chan claim.Arrival), ignored: map[string]int{}, scans: make(chan Scan, 1)}
	return w, New(in.WithDefaults(), claim.NewIDs(), w.events(), slog.New(slog.NewTextHandler(w, nil)))
}

// polled runs a watch that gets no events, for a test in a bubble of time: there a read that waits for events would keep time from moving.
func polled(t *testing.T, in Inbox) *watched {
	t.Helper()
	w, made := newWatched(t, in)
	made.notify.unsupported = true
	w.start(made)
	return w
}

func (w *watched) events() Events {
	return Events{
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
		Claimed: func(string) {}, Event: func(string) {}, Reached: func(claim.Point) {},
		Full: func(string) bool { return w.full.Load() },
	}
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

// start runs a watch until the test ends or stop is called.
func (w *watched) start(made *Watch) {
	ctx, cancel := context.WithCancel(w.Context())
	g, ctx := errgroup.WithContext(ctx)
	begin := startup.New(1, nil)
	g.Go(func() error { return begin.Run(ctx, w.arrivals) })
	g.Go(func() error { return made.Run(ctx, begin, w.arrivals) })
	g.Go(func() error {
		clock := time.NewTicker(made.Inbox().Scan)
		defer clock.Stop()
		for ctx.Err() == nil {
			select {
			case <-clock.C:
				made.Tick(ctx)
			case <-ctx.Done():
			}
		}
		return nil
	})
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := g.Wait(); err != nil {
			w.Errorf("Run: %v", err)
		}
	})
	w.Cleanup(w.stop)
}

func (w *watched) next() claim.Arrival {
	w.Helper()
	select {
	case a := <-w.arrivals:
		return a
	case <-time.After(patience):
		w.Fatal("nothing arrived")
		return claim.Arrival{}
	}
}

// nothingMore waits for so many scans that a file would have been complete and claimed by then.
func (w *watched) nothingMore() {
	w.Helper()
	for range 5 {
		select {
		case a := <-w.arrivals:
			w.Fatalf("%q arrived too", a.Name)
		case <-w.scans:
		case <-time.After(patience):
			w.Fatal("no scan")
		}
	}
}

func (w *watched) until(what string, ok func(Scan) bool) Scan {
	w.Helper()
	deadline := time.After(patience)
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

func TestFileArrives(t *testing.T) {
	t.Parallel()
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
		t.Errorf("it is in %s", a.Dir)
	}
	w.put("sub/kunder.xlsx", zipped(t, "two")) // the same name again is another arrival
	b := w.next()
	if b.ID <= a.ID || content(t, b.Workbook) != zipped(t, "two") || content(t, a.Workbook) != zipped(t, "one") {
		t.Errorf("then arrived %+v", b)
	}
	w.nothingMore()
}

func TestSlowWriterArrivesOnce(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	w := watch(t, quick(t.TempDir()))
	const many = 200
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
	synctest.Test(t, func(t *testing.T) {
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
		w := polled(t, in)
		last := ""
		for _, want := range []string{"z/early.csv", "c.csv", "a.csv", "b.csv", "z/late.csv"} {
			a := w.next()
			if a.Name != want || a.ID <= last {
				t.Errorf("wanted %s, got %s as %s", want, a.Name, a.ID)
			}
			last = a.ID
		}
	})
}

// Two daemons on one inbox: a file goes to one of them.
func TestTwoDaemonsClaimOnce(t *testing.T) {
	t.Parallel()
	in := quick(t.TempDir())
	first, second := watch(t, in), watch(t, in)
	const many = 60
	for i := range many {
		first.put(string(rune('A'+i))+".csv", "x")
	}
	got := map[string]int{}
	for range many {
		select {
		case a := <-first.arrivals:
			got[a.Name]++
		case a := <-second.arrivals:
			got[a.Name]++
		}
	}
	if len(got) != many {
		t.Errorf("%d of %d arrived: %v", len(got), many, got)
	}
	first.nothingMore()
	second.nothingMore()
}
