package daemon_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/watcher/inbox/claim"
)

// rows is a workbook of so many rows, which no other number makes.
func rows(number, n int) string {
	var b bytes.Buffer
	b.WriteString("Företag,Postnr,Kontakt,E-post\n")
	for i := range n {
		fmt.Fprintf(&b, "Åkeri %d-%d,11122,Åsa %d,a%d.%d@exempel.se\n", number, i, i, number, i)
	}
	return b.String()
}

// nameOf puts every other file into a sub-folder that holds ten.
func nameOf(i int) string {
	if i%2 == 0 {
		return fmt.Sprintf("kunder-%05d.csv", i)
	}
	return fmt.Sprintf("fresh-%d/deep/kunder-%05d.csv", i/20, i)
}

// dropMany puts files into an inbox as fast as they can be written.
func dropMany(t *testing.T, inbox string, n, lines int) {
	t.Helper()
	for i := range n {
		path := filepath.Join(inbox, nameOf(i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(rows(i, lines)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// quietly runs a daemon that logs warnings only: twenty thousand files make a long log.
func quietly(t *testing.T, cfg config.Config, with ...func(*daemon.Daemon)) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{t: t, inbox: cfg.Inboxes[0].Path, log: &log{}, ended: make(chan error, 1)}
	d := daemon.New(cfg, slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelWarn})))
	for _, set := range with {
		set(d)
	}
	go func() { r.ended <- d.Run(ctx) }()
	r.url = "http://" + d.Addr().String()
	r.stop = func() {
		cancel()
		if err := <-r.ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		r.ended <- nil
	}
	t.Cleanup(r.stop)
	r.wait("ready", r.ready)
	return r
}

// awaitProgress waits for a counter to come to a value, as long as it still rises.
func (r *running) awaitProgress(want float64, name string, labels ...string) {
	r.t.Helper()
	const patience = 2 * time.Minute
	ticks := time.NewTicker(100 * time.Millisecond)
	defer ticks.Stop()
	last, since := -1.0, time.Now()
	for range ticks.C {
		is, _ := r.value(name, labels...)
		if is >= want {
			return
		}
		if is != last {
			last, since = is, time.Now()
		}
		if time.Since(since) > patience {
			r.t.Fatalf("%s stops at %v of %v:\n%s", name, is, want, r.log)
		}
	}
}

// TestManyFilesAtOnce drops more than the kernel's queue of events holds (16,384) in the deep run. Each is imported once.
func TestManyFilesAtOnce(t *testing.T) {
	many := 200
	switch {
	case deep():
		many = 20_000
	case thorough():
		many = 400
	}
	if n, err := strconv.Atoi(os.Getenv("INLET_TEST_MANY")); err == nil {
		many = n
	}
	cfg := configured(t, "")
	cfg.Inboxes[0].Scan = config.DefaultInbox().Scan // to list so many every 200 ms is half of a core's work
	r := quietly(t, cfg)
	began := time.Now()
	dropMany(t, r.inbox, many, 10)
	dropped := time.Since(began)
	part := many / 20
	r.awaitProgress(float64(part), "inlet_imports_total", "inbox=kunder", "outcome=done")
	atFirst := r.queries()
	r.awaitProgress(float64(many-part), "inlet_imports_total", "inbox=kunder", "outcome=done")
	beforeLast := r.queries()
	r.awaitProgress(float64(many), "inlet_imports_total", "inbox=kunder", "outcome=done")
	took := time.Since(began)
	noSlower(t, atFirst, r.queries().since(beforeLast), part)
	r.want(float64(10*many), "inlet_rows_total", "inbox=kunder", "kind=account", "outcome=created")
	r.want(0, "inlet_imports_total", "inbox=kunder", "outcome=duplicate")
	overflows, _ := r.value("inlet_watch_events_total", "kind=overflow")
	r.stop()
	once(t, cfg, many)
	first, last := pace(t, cfg, min(1000, many/4))
	t.Logf("%d files dropped in %v, imported in %v (%.1f/s); first %.1f/s, last %.1f/s; peak RSS %d MiB; %v overflows",
		many, dropped.Round(time.Millisecond), took.Round(time.Millisecond), float64(many)/took.Seconds(), first, last, status(t, "VmHWM")>>10, overflows)
	const paceFiles = 2000 // with fewer the pace is that of what else the computer does; noSlower counts operations
	if many >= paceFiles && last < first/3 {
		t.Errorf("the last files went at %.1f/s, the first at %.1f/s: something grows with their number", last, first)
	}
}

// queries is how often each operation of the store was asked for, and how long they took together.
type queries map[string]struct{ n, seconds float64 }

func (r *running) queries() queries {
	all := queries{}
	for _, m := range r.metrics()["inlet_store_operation_duration_seconds"].GetMetric() {
		for _, label := range m.GetLabel() {
			if h := m.GetHistogram(); label.GetName() == "op" && h.GetSampleCount() > 0 {
				q := all[label.GetValue()]
				q.n, q.seconds = q.n+float64(h.GetSampleCount()), q.seconds+h.GetSampleSum()
				all[label.GetValue()] = q
			}
		}
	}
	return all
}

func (q queries) since(before queries) queries {
	later := queries{}
	for op, now := range q {
		now.n, now.seconds = now.n-before[op].n, now.seconds-before[op].seconds
		later[op] = now
	}
	return later
}

// noSlower wants no operation to take twice as long at the end as at the start. Of those that are rare, or done within the noise of the
// clock, nothing can be said.
func noSlower(t *testing.T, first, last queries, imports int) {
	t.Helper()
	const noise = 200e-6 // seconds
	var said []string
	for _, op := range slices.Sorted(maps.Keys(last)) {
		a, b := first[op], last[op]
		if a.n < float64(imports) || b.n < float64(imports) {
			continue
		}
		before, after := a.seconds/a.n, b.seconds/b.n
		said = append(said, fmt.Sprintf("%s %.3f → %.3f ms", op, 1e3*before, 1e3*after))
		if imports >= 500 && after > 2*before+noise {
			t.Errorf("%s took %.3f ms at the start and %.3f ms at the end", op, 1e3*before, 1e3*after)
		}
	}
	t.Logf("the store's operations, of the first and the last %d imports: %s", imports, strings.Join(said, ", "))
	if len(said) < 3 {
		t.Errorf("of too few operations something can be said: %v", said)
	}
}

// once wants each file of dropMany imported and archived exactly once.
func once(t *testing.T, cfg config.Config, many int) {
	t.Helper()
	seen := map[string]int{}
	for _, imp := range all(t, cfg) {
		if imp.State != ledger.Done || imp.Tally.Rows != 10 {
			t.Errorf("%s: %s, %d rows", imp.Workbook, imp.State, imp.Tally.Rows)
		}
		seen[imp.Workbook]++
	}
	archived := map[string]int{}
	for _, path := range files(t, cfg.Inboxes[0].Done) {
		archived[filepath.Base(path)]++
	}
	for i := range many {
		if name := nameOf(i); seen[name] != 1 || archived[filepath.Base(name)] != 1 {
			t.Errorf("%s was imported %d times and archived %d times", name, seen[name], archived[filepath.Base(name)])
		}
	}
	left := slices.DeleteFunc(files(t, cfg.Inboxes[0].Path), func(path string) bool { return strings.HasSuffix(path, ".importing.txt") })
	if len(seen) != many || len(archived) != many || len(left) != many {
		t.Errorf("%d files were imported, %d archived, %d are in the inbox", len(seen), len(archived), len(left)-many)
	}
}

// all are the imports in the store, the newest first.
func all(t *testing.T, cfg config.Config) []ledger.Import {
	t.Helper()
	parts, err := assembly.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close(t.Context())
	var found []ledger.Import
	for before := int64(0); ; before = found[len(found)-1].No {
		page, err := parts.Store.Imports.List(t.Context(), before, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if found = append(found, page...); len(page) < 1000 {
			return found
		}
	}
}

// pace is how many imports a second ended at the beginning and at the end.
func pace(t *testing.T, cfg config.Config, n int) (first, last float64) {
	t.Helper()
	imports := all(t, cfg)
	slices.Reverse(imports)
	rate := func(part []ledger.Import) float64 {
		return float64(len(part)) / part[len(part)-1].Ended.Sub(part[0].Began).Seconds()
	}
	return rate(imports[:n]), rate(imports[len(imports)-n:])
}

// status is a line of /proc/self/status, in KiB; 0 where there is none.
func status(t *testing.T, name string) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return 0
}

// TestStartWithManyWaiting wants the first claim within thirty seconds of a start, however many files wait.
func TestStartWithManyWaiting(t *testing.T) {
	many, within := 500, 10*time.Second
	if deep() {
		many, within = 10_000, 30*time.Second
	}
	cfg := configured(t, "")
	cfg.Inboxes[0].Settle, cfg.Inboxes[0].Scan = config.DefaultInbox().Settle, config.DefaultInbox().Scan
	dropMany(t, cfg.Inboxes[0].Path, many, 10)
	claimed := make(chan struct{}, 1)
	began := time.Now()
	r := quietly(t, cfg, func(d *daemon.Daemon) {
		d.At = func(p ledger.CrashPoint) {
			if p == ledger.CrashPoint(claim.Paired) {
				select {
				case claimed <- struct{}{}:
				default:
				}
			}
		}
	})
	select {
	case <-claimed:
		t.Logf("%d files wait; the first was claimed %v after the start", many, time.Since(began).Round(time.Millisecond))
	case <-time.After(within):
		t.Errorf("nothing was claimed within %v:\n%s", within, r.log)
	}
	r.stop()
}

// TestDetection drops a workbook a second, and wants it claimed, and its records applied, soon after it is whole.
func TestDetection(t *testing.T) {
	n, every := 8, 250*time.Millisecond
	if deep() {
		n, every = 100, time.Second
	}
	cfg := configured(t, "")
	cfg.Inboxes[0].Settle, cfg.Inboxes[0].Scan = config.DefaultInbox().Settle, config.DefaultInbox().Scan
	claims, ends := make(chan time.Time, n), make(chan time.Time, n)
	r := quietly(t, cfg, func(d *daemon.Daemon) {
		d.At = func(p ledger.CrashPoint) {
			switch p {
			case ledger.CrashPoint(claim.Paired):
				claims <- time.Now()
			case ledger.AtApplied:
				ends <- time.Now()
			}
		}
	})
	dropped := make([]time.Time, 0, n)
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for i := range n {
		<-ticks.C
		r.drop(fmt.Sprintf("kunder-%03d.csv", i), rows(i, 100))
		dropped = append(dropped, time.Now())
	}
	r.awaitProgress(float64(n), "inlet_imports_total", "inbox=kunder", "outcome=done")
	for _, reached := range []struct {
		what string
		at   chan time.Time
	}{{"claimed", claims}, {"applied", ends}} {
		waits := make([]time.Duration, 0, n)
		for _, drop := range dropped { // the queue goes in the order of their dropping
			waits = append(waits, (<-reached.at).Sub(drop))
		}
		slices.Sort(waits)
		p99 := waits[len(waits)*99/100]
		t.Logf("%d workbooks of 100 rows, %s after %v in the middle, %v at p99", n, reached.what, waits[n/2].Round(time.Millisecond), p99.Round(time.Millisecond))
		most := cfg.Inboxes[0].Settle + time.Second
		if !deep() {
			most += 10 * time.Second // beside other tests, and with the race detector
		}
		if p99 > most {
			t.Errorf("%s after %v at p99, which may be %v", reached.what, p99, most)
		}
	}
}
