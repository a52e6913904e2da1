package daemon_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/settings"
)

// stores is a configuration with an inbox for each store, of the same name, in the folder of the inbox.
func stores(t *testing.T, uris map[string]string, more string) config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	var of, in []string
	for name, uri := range uris {
		of = append(of, fmt.Sprintf("%s: {uri: %q}", name, uri))
		in = append(in, fmt.Sprintf("{name: %s, path: %s, store: %s, settle: 100ms, scan: 200ms}", name, name, name))
	}
	slices.Sort(in)
	text := "stores: {" + strings.Join(of, ", ") + "}\ninboxes: [" + strings.Join(in, ", ") + "]\nhttp: {address: \"127.0.0.1:0\", login: none}\n" + more
	must(t, os.WriteFile(path, []byte(text), 0o600))
	cfg, err := load.Load(path, load.Environment(nil))
	must(t, err)
	return cfg
}

// dropIn puts a file into the inbox of a name.
func dropIn(t *testing.T, cfg config.Config, inbox, name, text string) {
	t.Helper()
	i := slices.IndexFunc(cfg.Inboxes, func(in config.Inbox) bool { return in.Name == inbox })
	must(t, os.WriteFile(filepath.Join(cfg.Inboxes[i].Path, name), []byte(text), 0o644))
}

// While a file of one store is being applied, files are imported into another one; both hold the lease of their store.
func TestStoresImportSideBySide(t *testing.T) {
	t.Parallel()
	_, north := newDatabase(t)
	for name, uri := range map[string]string{"sqlite": "sqlite:north.db", "mongo": north} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := stores(t, map[string]string{"north": uri, "south": "sqlite:south.db"}, "")
			var first atomic.Bool
			reached, goOn := make(chan bool), make(chan bool)
			var d *daemon.Daemon
			r := run(t, cfg, func(with *daemon.Daemon) {
				d = with
				d.At = func(p ledger.CrashPoint) {
					if p == ledger.AtPlanned && first.CompareAndSwap(false, true) { // under the lease
						close(reached)
						<-goOn
					}
				}
			})
			release := sync.OnceFunc(func() { close(goOn) })
			defer release()
			r.wait("ready", r.ready)
			dropIn(t, cfg, "north", "a.csv", row("a"))
			<-reached
			for i := range 2 {
				dropIn(t, cfg, "south", fmt.Sprint(i, ".csv"), row(fmt.Sprint(i)))
				r.until(is(float64(1+i)), "inlet_imports_total", "inbox=south", "outcome=done")
			}
			r.want(0, "inlet_imports_total", "inbox=north", "outcome=done")
			r.want(1, "inlet_lease_held", "store=north", "kind=apply")
			r.until(is(1), "inlet_imports_in_progress", "stage=check")
			_, text := r.page("/inboxes")
			var shown []web.Inbox
			must(t, json.Unmarshal([]byte(text), &shown))
			if len(shown) != 2 || shown[0].Store != "north" || shown[1].Store != "south" || len(shown[0].Claimed) != 1 || shown[0].Claimed[0].Why != "is being imported" {
				t.Errorf("the pages have %s", text)
			}
			release()
			r.until(is(1), "inlet_imports_total", "inbox=north", "outcome=done")
			r.until(is(0), "inlet_imports_in_progress", "stage=check")
			r.until(is(0), "inlet_imports_in_progress", "stage=apply")
			for store, want := range map[string]int{"north": 1, "south": 2} {
				open, ok := d.Store(store)
				if !ok {
					t.Fatalf("%s is not open", store)
				}
				imports, err := open.Imports.List(t.Context(), 0, 10)
				if must(t, err); len(imports) != want {
					t.Errorf("%s has %d imports", store, len(imports))
				}
			}
			r.stop()
			if _, ok := d.Store("north"); ok {
				t.Error("north is open after the stop")
			}
		})
	}
}

// A store that cannot be reached keeps no other from importing, and readiness and metrics say which one it is.
func TestStoreDownBesideAnother(t *testing.T) {
	t.Parallel()
	cfg := stores(t, map[string]string{"north": "sqlite:north.db", "south": "mongodb://127.0.0.1:1/inlet?timeoutMS=500"}, "")
	r := run(t, cfg)
	r.wait("a warning", func() bool { return r.logged("Store cannot be reached, retrying\" store=south") > 0 })
	dropIn(t, cfg, "north", "a.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=north", "outcome=done")
	r.unready("store south: the store has not been opened yet")
	if _, text := r.page("/readyz"); strings.Contains(text, "north") {
		t.Errorf("/readyz: %s", text)
	}
	r.want(1, "inlet_store_up", "store=north")
	r.want(0, "inlet_store_up", "store=south")
	if r.logged("Store cannot be reached, retrying\" store=north") > 0 {
		t.Error("the log blames the other store")
	}
}

// A store is added and removed while the daemon runs. What cannot be opened is not taken, and the configuration before it stays.
func TestReloadOfStores(t *testing.T) {
	t.Parallel()
	c := runChanging(t)
	c.imports("inbox", "before.csv")
	const (
		two = "store: {uri: \"sqlite:inlet.db\"}\nstores: {south: {uri: \"sqlite:south.db\"}}\n" +
			"inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}, {name: south, path: south, store: south, settle: 100ms, scan: 200ms}]\n" + "http: {address: \"127.0.0.1:0\"}\n"
	)
	c.write(two)
	soon(t, c.running, "the second store", c.metric(`inlet_store_up{store="south"} 1`))
	c.ready()
	c.imports("south", "new.csv")
	c.imports("inbox", "still.csv")
	c.write(strings.Replace(two, "sqlite:south.db", "sqlite:nowhere/south.db", 1))
	soon(t, c.running, "a word on the store", func() bool { return c.logged("New configuration rejected, the old one stays in use") > 0 })
	c.ready()
	c.imports("south", "again.csv")
	c.write(oneInbox)
	soon(t, c.running, "the second store to go", func() bool { _, text := c.page("/metrics"); return !strings.Contains(text, `store="south"`) })
	c.ready()
	c.imports("inbox", "last.csv")
	if _, text := c.page("/inboxes"); strings.Contains(text, "store") {
		t.Errorf("one store is named: %s", text)
	}
	if _, ok := c.daemon.Store("south"); ok {
		t.Error("the store is open")
	}
}

// A pause of everything, an undo and a pause by name are of one store.
func TestPauseOfOneStore(t *testing.T) {
	t.Parallel()
	cfg := stores(t, map[string]string{"north": "sqlite:north.db", "south": "sqlite:south.db"}, "")
	var d *daemon.Daemon
	r := run(t, cfg, func(with *daemon.Daemon) { d = with; d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	north, _ := d.Store("north")
	_, err := north.Pauses.Begin(t.Context(), settings.Everything, "moved")
	must(t, err)
	dropIn(t, cfg, "north", "a.csv", row("a"))
	dropIn(t, cfg, "south", "a.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=south", "outcome=done")
	r.until(is(1), "inlet_paused", "store=north", "reason=by_hand")
	r.want(0, "inlet_paused", "store=south", "reason=by_hand")
	r.want(0, "inlet_imports_total", "inbox=north", "outcome=done")
	must(t, north.Pauses.End(t.Context(), settings.Everything))
	r.until(is(1), "inlet_imports_total", "inbox=north", "outcome=done")
}

// A large workbook of one store waits for that of another, for the sake of memory, and says so; small ones of the same store do not wait.
func TestLargeWorkbooksOfSeveralStores(t *testing.T) {
	t.Parallel()
	cfg := stores(t, map[string]string{"north": "sqlite:north.db", "south": "sqlite:south.db"}, "")
	small := cfg.Inboxes[1]
	small.Name, small.Path = "small", filepath.Join(filepath.Dir(small.Path), "small")
	small.Done, small.Failed, small.Held = filepath.Join(small.Path, "done"), filepath.Join(small.Path, "failed"), filepath.Join(small.Path, "held")
	cfg.Inboxes = append(cfg.Inboxes, small)
	var first atomic.Bool
	reached, goOn := make(chan bool), make(chan bool)
	release := sync.OnceFunc(func() { close(goOn) })
	defer release()
	r := run(t, cfg, func(d *daemon.Daemon) {
		d.At = func(p ledger.CrashPoint) {
			if p == ledger.AtPlanned && first.CompareAndSwap(false, true) {
				close(reached)
				<-goOn
			}
		}
	})
	r.wait("ready", r.ready)
	large := row("a") + strings.Repeat(strings.Repeat(",", 4000)+"\n", 300) // blank rows
	dropIn(t, cfg, "north", "large.csv", large)
	<-reached
	dropIn(t, cfg, "south", "large.csv", large)
	r.wait("its page", func() bool {
		_, text := r.page("/inboxes")
		return strings.Contains(text, "waiting until another large workbook is imported")
	})
	for i := range 2 {
		dropIn(t, cfg, "small", fmt.Sprint(i, ".csv"), row(fmt.Sprint(i)))
		r.until(is(float64(1+i)), "inlet_imports_total", "inbox=small", "outcome=done")
	}
	r.want(0, "inlet_imports_total", "inbox=south", "outcome=done")
	release()
	r.until(is(1), "inlet_imports_total", "inbox=north", "outcome=done")
	r.until(is(1), "inlet_imports_total", "inbox=south", "outcome=done")
	r.want(4, "inlet_import_attempts_total", "kind=first") // who waits is not counted
}
