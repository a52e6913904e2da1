//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	randv2 "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/ledger"
)

// lot is numbered files for one inbox. Each writes the same record, so that the last one stands.
type lot struct {
	*site
	names []string // in the order in which they are to be imported
}

// newLot returns an empty inbox on a store.
func newLot(t *testing.T, uri string) *lot {
	t.Helper()
	dir := t.TempDir()
	s := &site{dir: dir, inbox: filepath.Join(dir, "inbox"), uri: uri}
	text := fmt.Sprintf("store: {uri: %q}\ninboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}]\nhttp: {address: \"127.0.0.1:0\", login: none}\nimport: {batch: %d}\n", uri, batch)
	must(t, os.WriteFile(filepath.Join(dir, "inlet.yaml"), []byte(text), 0o600), os.Mkdir(s.inbox, 0o755))
	return &lot{site: s}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// drop puts n more files into the inbox, in their order: where a daemon watches, the one that comes first may be claimed before the next is there. Two each
// were changed at the same time, and their names are in no order otherwise.
func (l *lot) drop(t *testing.T, random *randv2.Rand, n, lines int) {
	t.Helper()
	beside := t.TempDir()
	from := len(l.names)
	for i := from; i < from+n; i++ {
		name := fmt.Sprintf("%03d-%05d.csv", random.IntN(1000), i)
		if i%2 == 1 && name < l.names[i-1] {
			name = "z" + name
		}
		l.names = append(l.names, name)
		var text strings.Builder
		fmt.Fprintf(&text, "Företag,Postnr,Ort,Kontakt,E-post\nSamma AB,11122,Ort %d,Bo,bo@exempel.se\n", i)
		for row := 1; row < lines; row++ {
			fmt.Fprintf(&text, "Bolag %d,11122,Ort %d,Åsa %d,a%d@exempel.se\n", row, i, row, row)
		}
		changed := time.Date(2026, 1, 1, 0, 0, i/2, 0, time.UTC)
		path := filepath.Join(beside, name)
		must(t, os.WriteFile(path, []byte(text.String()), 0o600), os.Chtimes(path, changed, changed))
	}
	for _, name := range l.names[from:] {
		must(t, os.Rename(filepath.Join(beside, name), filepath.Join(l.inbox, name)))
	}
}

// daemons starts n daemons on the inbox.
func (l *lot) daemons(t *testing.T, n int) []*process {
	t.Helper()
	var all []*process
	for range n {
		all = append(all, l.start(t))
	}
	return all
}

func (l *lot) archived(t *testing.T) int { return len(l.glob(t, "done/*/*.csv")) }

// untilArchived waits until all files are archived, as long as one more is archived within a time.
func (l *lot) untilArchived(t *testing.T, within time.Duration, all []*process) {
	t.Helper()
	last, since := l.archived(t), time.Now()
	for last < len(l.names) || len(l.glob(t, ".inlet/*")) > 0 {
		time.Sleep(look)
		now := l.archived(t)
		if now > last {
			last, since = now, time.Now()
		}
		if time.Since(since) > within {
			for _, p := range all {
				t.Logf("process %d:\n%s", p.cmd.Process.Pid, p.said())
			}
			t.Fatalf("%d of %d files are archived, and no more within %v; in the claim folder: %v", last, len(l.names), within, l.glob(t, ".inlet/*/*"))
		}
	}
}

// imports returns the imports in the order in which they were begun under the lease.
func (l *lot) imports(t *testing.T) []ledger.Import {
	t.Helper()
	var all []ledger.Import
	for line := range strings.Lines(l.inlet(t, 0, "list", "--json", "--limit", "100000")) {
		var imp ledger.Import
		must(t, json.Unmarshal([]byte(line), &imp))
		all = append(all, imp)
	}
	slices.SortFunc(all, func(a, b ledger.Import) int { return int(a.No - b.No) })
	return all
}

// inOrder wants each file imported and archived once, in its order, and the values of the last one in the record.
func (l *lot) inOrder(t *testing.T) {
	t.Helper()
	var names []string
	var ended time.Time
	for _, imp := range l.imports(t) {
		names = append(names, imp.Workbook)
		if imp.State != ledger.Done || imp.Ended.Before(ended) {
			t.Errorf("%s: %s, ended %v after %v", imp.Workbook, imp.State, imp.Ended, ended)
		}
		ended = imp.Ended
	}
	if diff := cmp.Diff(l.names, names); diff != "" {
		t.Errorf("imported in another order (-wanted +imported):\n%s", diff)
	}
	if n := l.archived(t); n != len(l.names) {
		t.Errorf("%d of %d files are archived", n, len(l.names))
	}
	if records, last := l.inlet(t, 0, "export", "account"), fmt.Sprintf("Ort %d", len(l.names)-1); strings.Count(records, "Samma AB") != 1 || !strings.Contains(records, last) {
		t.Errorf("the values of the last file do not stand:\n%s", records)
	}
}

// TestDaemonsImportInOrder has several daemons on one inbox and one MongoDB.
func TestDaemonsImportInOrder(t *testing.T) {
	t.Parallel()
	many := 30
	switch testLevel() {
	case complete:
		many = 1000
	case thorough:
		many = 100
	}
	if testing.Short() {
		many = 10
	}
	seed := seedOf(t)
	for _, e := range engines(t) {
		if e.name != "mongo" {
			continue
		}
		for _, n := range []int{2, 4} {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				l := newLot(t, e.newStore(t))
				l.drop(t, randv2.New(randv2.NewPCG(seed, 0)), many, 2)
				began := time.Now()
				all := l.daemons(t, n)
				l.untilArchived(t, time.Minute, all)
				t.Logf("%d daemons imported %d files in %v", n, many, time.Since(began).Round(time.Second))
				shared := 0
				for _, p := range all {
					if strings.Contains(p.said(), "Import ended") {
						shared++
					}
					p.stop(t)
				}
				if shared < 2 {
					t.Errorf("%d of %d daemons imported anything", shared, n)
				}
				l.inOrder(t)
			})
		}
	}
}

// TestDaemonThatEndsIsReplaced kills or suspends one of two daemons at a random moment. The other one goes on within thirty seconds, in the order of the
// inbox, and a suspended one that continues changes nothing of that.
func TestDaemonThatEndsIsReplaced(t *testing.T) {
	if testing.Short() {
		t.Skip("a heartbeat that stands still is waited for 15 s")
	}
	t.Parallel()
	rounds := 5
	if testLevel() == complete {
		rounds = 200
	}
	seed := seedOf(t)
	for _, e := range engines(t) {
		if e.name != "mongo" {
			continue
		}
		for round := range rounds {
			signal := []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL}[round%2]
			t.Run(fmt.Sprintf("%03d %s", round, signal), func(t *testing.T) {
				t.Parallel() // they wait
				replaced(t, newLot(t, e.newStore(t)), randv2.New(randv2.NewPCG(seed, uint64(round))), signal)
			})
		}
	}
}

func replaced(t *testing.T, l *lot, random *randv2.Rand, signal syscall.Signal) {
	t.Helper()
	const files, lines = 6, 3 * batch
	all := l.daemons(t, 2)
	l.until(t, all[0], look, func() bool {
		return strings.Contains(all[0].said(), "Inbox is watched") && strings.Contains(all[1].said(), "Inbox is watched")
	})
	l.drop(t, random, files, lines)
	victim, other := all[0], all[1]
	// Wherever it is by then: most often it has a file.
	for until := random.IntN(files); l.archived(t) < until; {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(time.Duration(random.Int64N(int64(500 * time.Millisecond))))
	must(t, victim.cmd.Process.Signal(signal))
	began, left := time.Now(), files-l.archived(t)
	l.untilArchived(t, 30*time.Second, all)
	t.Logf("%d files were left; all archived after %v; adopted by the other: %d", left, time.Since(began).Round(time.Second/10), strings.Count(other.said(), "Claim adopted"))
	if signal == syscall.SIGKILL {
		<-victim.done
		other.stop(t)
		l.inOrder(t)
		return
	}
	before := l.everything(t)
	must(t, victim.cmd.Process.Signal(syscall.SIGCONT))
	time.Sleep(2 * time.Second) // in which it would do what it was about to do
	if diff := cmp.Diff(before, l.everything(t)); diff != "" {
		t.Errorf("it changed something when it continued (-before +after):\n%s\n%s", diff, victim.said())
	}
	other.stop(t)
	l.drop(t, random, 1, lines) // it goes on with what comes
	l.untilArchived(t, 30*time.Second, all)
	victim.stop(t)
	l.inOrder(t)
}

// everything is the imports, the records and the files.
func (l *lot) everything(t *testing.T) []string {
	t.Helper()
	all := []string{l.inlet(t, 0, "export", "account"), l.inlet(t, 0, "export", "contact"), l.inlet(t, 0, "list", "--json")}
	must(t, filepath.WalkDir(l.inbox, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".inlet-") {
			all = append(all, path)
		}
		return err
	}))
	return all
}

// TestDaemonSuspendedAtEachPoint suspends a daemon at each point of a workbook's way. Another one that starts then imports it and what comes after it, and
// the first one changes nothing of that when it continues.
func TestDaemonSuspendedAtEachPoint(t *testing.T) {
	if testing.Short() {
		t.Skip("a heartbeat that stands still is waited for 15 s")
	}
	t.Parallel()
	seed := seedOf(t)
	all := slices.DeleteFunc(points(), func(p ledger.CrashPoint) bool { // these are not on the way of a workbook without rejected rows and recipients
		return p == ledger.AtHalfReported || p == ledger.AtSent || p == ledger.AtPosted
	})
	sample := inSample(seed, len(all))
	if testLevel() == sampled { // each takes half a minute
		two := randv2.New(randv2.NewPCG(seed, 1)).Perm(len(all))[:2]
		sample = map[int]bool{two[0]: true, two[1]: true}
	}
	for _, e := range engines(t) {
		if e.name != "mongo" {
			continue
		}
		for i, point := range all {
			t.Run(strings.ReplaceAll(string(point), " ", "-"), func(t *testing.T) {
				skipUnlessIn(t, sample, i)
				t.Parallel() // they wait
				suspended(t, newLot(t, e.newStore(t)), randv2.New(randv2.NewPCG(seed, uint64(i))), point)
			})
		}
	}
}

func suspended(t *testing.T, l *lot, random *randv2.Rand, point ledger.CrashPoint) {
	t.Helper()
	former := l.start(t, fmt.Sprintf("%s=%s#1", sleepEnv, point))
	l.until(t, former, look, func() bool { return strings.Contains(former.said(), "Inbox is watched") })
	l.drop(t, random, 2, 3*batch)
	l.until(t, former, look, func() bool { return isStopped(t, former) })
	began, other := time.Now(), l.start(t)
	l.untilArchived(t, 40*time.Second, []*process{former, other}) // adopted within thirty seconds, and imported
	t.Logf("imported by the other after %v", time.Since(began).Round(time.Second/10))
	before := l.everything(t)
	must(t, former.cmd.Process.Signal(syscall.SIGCONT))
	time.Sleep(2 * time.Second) // in which it would do what it was about to do
	if diff := cmp.Diff(before, l.everything(t)); diff != "" {
		t.Errorf("it changed something when it continued (-before +after):\n%s\n%s", diff, former.said())
	}
	if said := former.said(); strings.Contains(said, "level=ERROR") {
		t.Errorf("it takes that for an error:\n%s", said)
	}
	other.stop(t)
	l.drop(t, random, 2, batch) // it goes on with what comes
	l.untilArchived(t, 30*time.Second, []*process{former})
	former.stop(t)
	l.inOrder(t)
}
