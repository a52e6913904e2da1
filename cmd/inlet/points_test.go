package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	randv2 "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/daemon/notify/notifytest"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/deliver"
)

// Each names a point, and after # which time it is reached, at which this test binary, run as inlet, is killed or suspended.
const (
	dieEnv   = "INLET_TEST_DIE"
	sleepEnv = "INLET_TEST_SLEEP"
)

// mortal is inlet as the tests run it: it is killed, or suspended until it is resumed, at the points that it is given.
func mortal() {
	again, drives.Opener = 100*time.Millisecond, localDrives{}
	open.ServiceConfig = "" // tests are the same where a package is installed
	for env, signal := range map[string]syscall.Signal{dieEnv: syscall.SIGKILL, sleepEnv: suspendSignal} {
		point, nth, ok := strings.Cut(os.Getenv(env), "#")
		if !ok {
			continue
		}
		left, err := strconv.Atoi(nth)
		if err != nil {
			slog.Error(env, slog.Any("error", err))
			os.Exit(int(exitcode.Usage))
		}
		open.At = func(p ledger.CrashPoint) {
			if left--; string(p) != point {
				left++
			} else if left == 0 {
				raise(signal)
				for range 10 { // nothing more is to happen until it is killed, or suspended: the signal is on its way
					time.Sleep(100 * time.Millisecond)
					if signal == suspendSignal {
						break
					}
				}
			}
		}
	}
	main()
}

// many are the points that an import comes by once for each batch; all others it comes by once at least.
var many = map[ledger.CrashPoint]bool{ledger.AtJournalled: true, ledger.AtHalfWritten: true, ledger.AtWritten: true, ledger.AtCheckpointed: true}

// points are all that the way of a workbook has, in their order.
func points() []ledger.CrashPoint {
	all := []ledger.CrashPoint{ledger.CrashPoint(claim.Labelled), ledger.CrashPoint(claim.Claimed), ledger.CrashPoint(claim.Paired),
		ledger.AtHashed, ledger.AtChecked, ledger.AtBegun, ledger.AtPlanned, ledger.AtJournalled, ledger.AtHalfWritten, ledger.AtWritten,
		ledger.AtCheckpointed, ledger.AtApplied, ledger.AtEnded, ledger.AtHalfReported, ledger.AtReported}
	for _, p := range []archive.Point{archive.Reserved, archive.Placed, archive.Moved, archive.Finished} {
		all = append(all, ledger.CrashPoint(p))
	}
	return append(all, ledger.AtQueued, ledger.AtPlaced, ledger.AtForgotten, ledger.AtSent, ledger.AtPosted)
}

// TestKilledAtEachPoint ends the daemon by kill -9 at each point of a workbook's way, starts it again, and sees everything come out as if
// nothing had been. INLET_TEST_DEEP plays each point fifty times, every other time with a second death at another point; by default a sample of the
// points is played once.
func TestKilledAtEachPoint(t *testing.T) {
	t.Parallel()
	died{points: points(), rounds: 3, way: func(t *testing.T, s *site, _ ledger.CrashPoint) {
		s.paired = true
		s.drop(t)
	}}.play(t)
}

// died ends the daemon by kill -9 at each point of a way, every other time with a second death at another, and sees everything come out as if
// nothing had been.
type died struct {
	points []ledger.CrashPoint
	rounds int                                                 // for each point with INLET_TEST_MORE; once by default, fifty times with INLET_TEST_DEEP
	way    func(t *testing.T, s *site, dies ledger.CrashPoint) // lays the workbook where it begins; dies is "" where nothing does
	check  func(t *testing.T, undisturbed ending)              // may be nil
}

func (d died) play(t *testing.T) {
	t.Helper()
	seed := seedOf(t)
	rounds := map[string]int{"sqlite": d.rounds, "mongo": 1} // a round is slow where every start opens a database of its own
	switch testLevel() {
	case sampled:
		rounds["sqlite"] = 1
	case complete:
		rounds = map[string]int{"sqlite": 50, "mongo": 50}
	}
	sample := inSample(seed, len(d.points))
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö") // one of them is rejected, as newSite expects
	makeBook(t, files.dropped, 5*batch+10, "Lund")
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) {
			begin := func(t *testing.T, dies ledger.CrashPoint) *site {
				s := newSite(t, e.newStore(t), files)
				s.notifies(t)
				d.way(t, s, dies)
				return s
			}
			end := func(t *testing.T, s *site) ending {
				p := s.start(t)
				s.finished(t, p)
				p.stop(t)
				return s.ending(t)
			}
			want := end(t, begin(t, ""))
			if d.check != nil {
				d.check(t, want)
			}
			for i, point := range d.points {
				t.Run(strings.ReplaceAll(string(point), " ", "-"), func(t *testing.T) {
					skipUnlessIn(t, sample, i)
					t.Parallel() // mostly they wait
					random := randv2.New(randv2.NewPCG(seed, uint64(i)))
					first := 0
					if testLevel() == sampled {
						first = random.IntN(4) // rounds differ in what is killed
					}
					for round := first; round < first+rounds[e.name]; round++ {
						s := begin(t, point)
						s.dies(t, point, nth(random, point, round))
						if round%2 == 1 {
							second := points()[random.IntN(len(points()))]
							s.mayDie(t, second, nth(random, second, 0))
						}
						if diff := cmp.Diff(want, end(t, s)); diff != "" {
							t.Fatalf("INLET_TEST_SEED=%d, round %d: not as undisturbed (-undisturbed +killed):\n%s", seed, round, diff)
						}
					}
				})
			}
		})
	}
}

// TestDuplicateKilled ends the daemon between the move of a workbook that was dropped twice and the note of where it is: in done there are
// two files of the same bytes, and each import knows its own.
func TestDuplicateKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö")
	makeBook(t, files.dropped, 2*batch, "Lund")
	for _, point := range []ledger.CrashPoint{ledger.CrashPoint(archive.Moved), ledger.CrashPoint(archive.Finished), ledger.AtQueued, ledger.AtPlaced} {
		t.Run(strings.ReplaceAll(string(point), " ", "-"), func(t *testing.T) {
			t.Parallel() // mostly they wait
			s := newSite(t, engines(t)[0].newStore(t), files)
			s.undisturbed(t)
			s.drop(t)
			s.dies(t, point, 1)
			p := s.start(t)
			s.until(t, p, look, func() bool { return len(s.glob(t, ".inlet/*")) == 0 && strings.Contains(p.said(), "Inbox is watched") })
			p.stop(t)
			var archived []string
			for line := range strings.Lines(s.inlet(t, 0, "list", "--json")) {
				var imp ledger.Import
				if err := json.Unmarshal([]byte(line), &imp); err != nil {
					t.Fatal(err)
				}
				if imp.Archived != "" {
					archived = append(archived, string(imp.State)+" "+filepath.Base(imp.Archived))
				}
			}
			if want := []string{"duplicate kunder~2.xlsx", "done kunder.xlsx"}; !slices.Equal(want, archived) {
				t.Errorf("killed at %q: they are at %q", point, archived)
			}
			if left := s.glob(t, "done/*/.inlet-*"); len(left) > 0 && point != ledger.AtPlaced { // that one is swept an hour later
				t.Errorf("killed at %q: left in done: %q", point, left)
			}
		})
	}
}

// TestKilledWhileFetching ends the daemon at each point of the way from a server into the inbox, and sees the workbook imported once.
func TestKilledWhileFetching(t *testing.T) {
	t.Parallel()
	var served string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, served) }))
	t.Cleanup(server.Close)
	died{points: []ledger.CrashPoint{ledger.CrashPoint(watcher.SlotTaken), ledger.CrashPoint(deliver.Fetched), ledger.CrashPoint(deliver.HalfPut), ledger.CrashPoint(deliver.Delivered)},
		rounds: 3, way: func(t *testing.T, s *site, dies ledger.CrashPoint) {
			served = s.files.dropped
			if s.fetches(t, server.URL, "every: 1s"); dies == ledger.CrashPoint(watcher.SlotTaken) {
				s.misses(t, server.URL)
			}
		}}.play(t)
}

// TestKilledOnTheDrive ends the daemon at each point of the way from a drive into the inbox and, on the drive, into the folder of what was
// imported: it is imported once and moved once.
func TestKilledOnTheDrive(t *testing.T) {
	t.Parallel()
	died{points: []ledger.CrashPoint{ledger.CrashPoint(deliver.Fetched), ledger.CrashPoint(deliver.HalfPut), ledger.CrashPoint(deliver.Delivered), ledger.CrashPoint(remote.Imported)},
		rounds: 1, way: func(t *testing.T, s *site, _ ledger.CrashPoint) { s.drives(t) },
		check: func(t *testing.T, undisturbed ending) {
			if len(undisturbed.Moved) != 2 {
				t.Errorf("undisturbed it moved %q", undisturbed.Moved)
			}
		}}.play(t)
}

// Opener has the site get its workbook and the mapping from a drive.
func (s *site) drives(t *testing.T) {
	t.Helper()
	s.drive = filepath.Join(s.dir, "drive")
	path := filepath.Join(s.dir, "inlet.yaml")
	text, err := os.ReadFile(path)
	book, bookErr := os.ReadFile(s.files.dropped)
	text = append(text, "sources: [{name: crm, inbox: kunder, drive: folder, root: drive, when_imported: move, every: 1s}]\n"...)
	err = errors.Join(err, bookErr, os.WriteFile(path, text, 0o600), os.Mkdir(s.drive, 0o755),
		os.WriteFile(filepath.Join(s.drive, "kunder.mapping.yaml"), []byte(standard), 0o644), os.WriteFile(filepath.Join(s.drive, "kunder.xlsx"), book, 0o644))
	if err != nil {
		t.Fatal(err)
	}
}

// misses has the site come too late for the one slot of a year.
func (s *site) misses(t *testing.T, url string) {
	t.Helper()
	s.fetches(t, url, `cron: "0 0 1 1 *"`)
	cfg, err := load.Load(filepath.Join(s.dir, "inlet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := assembly.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(parts.Store.History.Remember(t.Context(), "crm slot", "2020-01-01T00:00:00Z"), parts.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// fetches has the site get its workbook from a server, with the mapping that is beside it otherwise.
func (s *site) fetches(t *testing.T, url, when string) {
	t.Helper()
	path := filepath.Join(s.dir, "inlet.yaml")
	text, err := os.ReadFile(path)
	if err == nil {
		text, _, _ = bytes.Cut(text, []byte("sources:"))
		text = append(text, "sources: [{name: crm, inbox: kunder, url: \""+url+"\", as: kunder.xlsx, "+when+", mapping: standard.yaml}]\n"...)
		err = errors.Join(os.WriteFile(path, text, 0o600), os.WriteFile(filepath.Join(s.dir, "standard.yaml"), []byte(standard), 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// notifies has the site send mails about its imports.
func (s *site) notifies(t *testing.T) {
	t.Helper()
	s.box = notifytest.Serve(t)
	path := filepath.Join(s.dir, "inlet.yaml")
	text, err := os.ReadFile(path)
	if err == nil {
		text = append(bytes.Replace(text, []byte("scan: 200ms"), []byte("scan: 200ms, when_done: {mail: [anna@exempel.se]}"), 1),
			"mail: {server: "+s.box.Addr+", from: inlet@exempel.se, tls: none}\n"...)
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// mailIDs returns the IDs of the mails that came, each once: what is sent again after a crash has the same.
func (s *site) mailIDs() []string {
	var ids []string
	if s.box != nil {
		for _, m := range s.box.Mails() {
			ids = append(ids, m.Header.Get("Message-ID"))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// nth says which time a point is the last: the first, or for those of a batch any, and each fourth round that of the last batch.
func nth(random *randv2.Rand, p ledger.CrashPoint, round int) int {
	const batches = 6
	switch {
	case !many[p]:
		return 1
	case round%4 == 3:
		return batches
	}
	return 1 + random.IntN(batches)
}

// dies runs the daemon until the point kills it.
func (s *site) dies(t *testing.T, point ledger.CrashPoint, nth int) {
	t.Helper()
	const hopeless = time.Minute // whatever else the computer does meanwhile
	if !s.diesWithin(t, point, nth, hopeless) {
		t.Fatalf("it never came to %q a time no %d", point, nth)
	}
}

// mayDie runs the daemon until the point kills it, or all is done.
func (s *site) mayDie(t *testing.T, point ledger.CrashPoint, nth int) {
	t.Helper()
	s.diesWithin(t, point, nth, 200*time.Millisecond)
}

// diesWithin runs the daemon until the point kills it, or until so long after all is done. It says which: the last points are behind what can be
// seen in the folders and in the mail.
func (s *site) diesWithin(t *testing.T, point ledger.CrashPoint, nth int, after time.Duration) bool {
	t.Helper()
	p := s.start(t, dieEnv+"="+fmt.Sprintf("%s#%d", point, nth))
	dead := false
	met := func() bool {
		select {
		case <-p.done:
			dead = true
		default:
		}
		return dead || s.idle(t) && strings.Contains(p.said(), "Inbox is watched") && len(s.mailIDs()) == 1
	}
	for end := time.Now().Add(time.Minute); !met(); time.Sleep(look) {
		if time.Now().After(end) {
			t.Fatalf("neither dead nor done within a minute:\n%s", p.said())
		}
	}
	if !dead {
		select {
		case <-p.done:
			dead = true
		case <-time.After(after):
			p.end()
		}
	}
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("it ended by itself: %s\n%s", p.cmd.ProcessState, p.said())
	}
	return dead
}
