package daemon_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// counted is an engine that counts what is read.
type counted struct {
	engine.Engine
	reads *atomic.Int64
}

func (c counted) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	c.reads.Add(1)
	return c.Engine.Load(ctx, table, id)
}

func (c counted) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	c.reads.Add(1)
	return c.Engine.Range(ctx, table, r)
}

// get asks for a page as a browser does, and returns how many bytes came over the line, and what they are.
func get(t *testing.T, client *http.Client, address string) (sent int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	must(t, err)
	req.Header.Set("Accept-Encoding", "gzip") // set by hand, the body is left as it is sent
	resp, err := client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %d, %v", address, resp.StatusCode, err)
	}
	return len(body), string(body)
}

// browsers are some that have pages open, each polling what is live on its page.
func browsers(t *testing.T, base string, n int, every time.Duration, pages ...string) (end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for ctx.Err() == nil {
				get(t, client, base+pages[i%len(pages)])
				select {
				case <-ctx.Done():
				case <-time.After(every):
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// TestManyOpenPages: ten open pages read the store as often as one does.
func TestManyOpenPages(t *testing.T) {
	t.Parallel()
	var reads atomic.Int64
	cfg := configured(t, "")
	r := run(t, cfg, func(d *daemon.Daemon) {
		d.WrapEngine(func(e engine.Engine) engine.Engine { return counted{e, &reads} })
	})
	r.wait("ready", r.ready)
	r.drop("kunder.csv", "Företag;Postnr;E-post\nTallmo;784 33;a@exempel.se\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	const window = 3 * time.Second
	during := func(n int) int64 {
		end := browsers(t, r.url, n, 50*time.Millisecond, "/", "/live")
		defer end()
		before := reads.Load()
		time.Sleep(window)
		return reads.Load() - before
	}
	idle, two, ten := during(0), during(2), during(20)
	t.Logf("reads of the store in %v: idle %d, two open pages %d, twenty %d", window, idle, two, ten)
	if ten-idle > 2*(two-idle)+10 {
		t.Errorf("two open pages read the store %d times, and twenty %d times", two-idle, ten-idle)
	}
}

// TestOpenPagesAreCheap holds, with INLET_TEST_DEEP, that ten open pages take at most 5 percent of a processor, and no more memory with time.
func TestOpenPagesAreCheap(t *testing.T) {
	if !deep() {
		t.Skip("INLET_TEST_DEEP is not set: this measures for a minute")
	}
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)
	r.drop("kunder.csv", "Företag;Postnr;E-post\nTallmo;784 33;a@exempel.se\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	const window = 15 * time.Second
	idle := computed(t, window)
	end := browsers(t, r.url, 10, 2*time.Second, "/live")
	defer end()
	first := computed(t, window)
	early := sampled(t)
	second := computed(t, window)
	late := sampled(t)
	t.Logf("of a processor: idle %.1f %%, with ten open pages %.1f and %.1f %%, the browsers included; RSS %.1f, then %.1f MiB", 100*idle, 100*first, 100*second, early.rss, late.rss)
	if min(first, second)-idle > 0.05 {
		t.Error("ten open pages take more than 5 percent of a processor")
	}
	if late.rss > 1.2*early.rss {
		t.Error("open pages need more and more memory")
	}
}

// computed returns which share of a processor this process takes for some time.
func computed(t *testing.T, window time.Duration) float64 {
	t.Helper()
	before := cpuTime(t)
	time.Sleep(window)
	return (cpuTime(t) - before).Seconds() / window.Seconds()
}

var assetURL = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// TestFirstLoad: whoever opens the pages for the first time loads less than 60 kB.
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)
	r.drop("kunder.csv", "Företag;Postnr;E-post\nTallmo;784 33;a@exempel.se\nTallmo AB;784 33;inte-epost\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.wait("the import to be shown", func() bool {
		_, text := get(t, http.DefaultClient, r.url+"/imports")
		return strings.Contains(text, "kunder.csv")
	})
	for _, path := range []string{"/", "/imports", "/import", "/records", "/waiting"} {
		total, page := get(t, http.DefaultClient, r.url+path)
		var parts []string
		for _, found := range assetURL.FindAllStringSubmatch(page, -1) {
			if !slices.Contains(parts, found[1]) {
				sent, _ := get(t, http.DefaultClient, r.url+found[1])
				parts, total = append(parts, found[1]), total+sent
			}
		}
		const most = 60_000
		if t.Logf("%s: %d bytes with %d parts", path, total, len(parts)); total > most || len(parts) < 3 {
			t.Errorf("%s: %d bytes are transferred, with %d parts", path, total, len(parts))
		}
	}
}

// TestManyProblems opens the pages of an import with very many problems, the first of them and some in the middle.
func TestManyProblems(t *testing.T) {
	t.Parallel()
	rows := 2_000
	if deep() {
		rows = 50_000
	}
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	var file strings.Builder
	file.WriteString("Företag;Postnr;E-post\n")
	for n := range rows {
		fmt.Fprintf(&file, "Bolag %d;784 33;inte-epost\n", n)
	}
	r.drop("kunder.csv", file.String())
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	imp := all(t, cfg)[0]
	if got := imp.Tally.AllProblems(); got < rows {
		t.Fatalf("%d problems of %d rows", got, rows)
	}
	for _, path := range []string{"", fmt.Sprintf("?problems=%d", rows/2), fmt.Sprintf("?problems=%d", rows-50)} {
		var took []time.Duration
		for range 20 {
			began := time.Now()
			if _, text := get(t, http.DefaultClient, r.url+"/imports/"+imp.ID+path); !strings.Contains(text, "inte-epost") {
				t.Fatal(text)
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		if t.Logf("%d problems, page %q: median %v, p95 %v", rows, path, took[10], took[18]); deep() && took[18] > 200*time.Millisecond {
			t.Errorf("page %q takes %v", path, took[18])
		}
	}
}

// TestOldNeeds: what needs a person is on the overview however old it is, and not any more once somebody has done what it needs.
func TestOldNeeds(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	old := time.Now().AddDate(0, 0, -200)
	parts, err := assembly.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), nil)
	must(t, err)
	for i, state := range []ledger.State{ledger.Held, ledger.Done, ledger.Stuck} {
		name := []string{"vantar", "rader", "fast"}[i]
		imp, err := parts.Store.Imports.Begin(t.Context(), ledger.Import{ID: name, Inbox: "kunder", Workbook: name + ".csv", State: ledger.Running, Began: old}, false)
		must(t, err)
		imp.State, imp.Ended, imp.Archived = state, old, "held/"+name+".csv"
		if state == ledger.Done {
			imp.Tally.Of(crm.Account).Rejected = 3
		}
		must(t, parts.Store.Imports.Finish(t.Context(), &imp))
	}
	must(t, parts.Close(t.Context()))
	r := run(t, cfg)
	r.wait("ready", r.ready)
	sv := r.visitor("sv")
	sv.sees("/", "vantar.csv väntar på dig", "rader.csv kom inte med", "fast.csv har fastnat", "3 saker behöver")
	sv.sees("/imports?state=needs", "vantar.csv", "rader.csv", "fast.csv")
	if code, _, text := sv.ask(http.MethodPost, "/imports/rader-1/tick-off", url.Values{}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text)
	}
	r.wait("the rows to need nobody", func() bool {
		_, _, page := sv.ask(http.MethodGet, "/", nil)
		return !strings.Contains(page, "rader.csv") && strings.Contains(page, "vantar.csv")
	})
	if page := sv.sees("/imports?state=needs", "vantar.csv"); strings.Contains(page, "rader.csv") {
		t.Error("rows that were ticked off still need somebody")
	}
}
