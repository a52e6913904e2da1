package main

import (
	"encoding/json"
	"errors"
	"fmt"
	randv2 "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// undoPoints are all that an undo has, in their order.
var undoPoints = []ledger.CrashPoint{ledger.AtBegun, ledger.AtJournalled, ledger.AtHalfWritten, ledger.AtWritten, ledger.AtCheckpointed, ledger.AtUndoing,
	ledger.AtApplied, ledger.AtUndone, ledger.AtEnded}

// undone is all that must be the same, however often an undo died.
type undone struct {
	Records string // accounts and contacts, as exported
	Journal string // what became of each row
	Tally   ledger.Tally
	By      string // which undo the import is undone by
}

// TestUndoKilledAtEachPoint ends an undo by kill -9 at each of its points. The same command again, every other time after another import that
// has the batch in hand to finish first, takes the import back as if nothing had been.
func TestUndoKilledAtEachPoint(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	rounds := map[string]int{"sqlite": 2, "mongo": 1} // a round is slow where every start opens a database of its own
	switch testLevel() {
	case sampled:
		rounds["sqlite"] = 1
	case complete:
		rounds = map[string]int{"sqlite": 50, "mongo": 50}
	}
	sample := inSample(seed, len(undoPoints))
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö")
	makeBook(t, files.dropped, 5*batch+10, "Lund")
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) {
			calm := newSite(t, e.newStore(t), files)
			start := calm.records(t)
			id := calm.imported(t)
			if calm.records(t) == start {
				t.Fatal("the import changes nothing")
			}
			calm.inlet(t, 0, "undo", id)
			want := calm.undone(t, id)
			if diff := cmp.Diff(start, want.Records); diff != "" {
				t.Errorf("undisturbed (-before the import +after its undo):\n%s", diff)
			}
			want.Records += calm.next(t)
			if diff := cmp.Diff(want.Records, inTurn(start, calm.records(t))); diff != "" {
				t.Errorf("another import (-want +got):\n%s", diff)
			}
			for i, point := range undoPoints {
				t.Run(strings.ReplaceAll(strings.ReplaceAll(string(point), " ", "-"), ":", ""), func(t *testing.T) {
					skipUnlessIn(t, sample, i)
					t.Parallel() // mostly they wait
					random := randv2.New(randv2.NewPCG(seed, uint64(i)))
					first := 0
					if testLevel() == sampled {
						first = random.IntN(4) // rounds differ in what is killed
					}
					for round := first; round < first+rounds[e.name]; round++ {
						s := newSite(t, e.newStore(t), files)
						id := s.imported(t)
						s.dying(t, point, nthOf(random, point, round), "undo", id)
						between := round%2 == 1
						if between {
							s.next(t)
						}
						if s.importOf(t, id).UndoneBy == "" || s.importOf(t, s.importOf(t, id).UndoneBy).State != ledger.Done {
							s.inlet(t, 0, "undo", id)
						}
						if !between {
							s.next(t)
						}
						got := s.undone(t, id)
						got.Records = inTurn(start, got.Records)
						if diff := cmp.Diff(want, got); diff != "" {
							t.Fatalf("INLET_TEST_SEED=%d, round %d: not as undisturbed (-undisturbed +killed):\n%s", seed, round, diff)
						}
					}
				})
			}
		})
	}
}

// nthOf is nth of an undo: it is between batches once less than it has batches.
func nthOf(random *randv2.Rand, p ledger.CrashPoint, round int) int {
	if p == ledger.AtUndoing {
		return 1 + random.IntN(5)
	}
	return nth(random, p, round)
}

// inTurn puts the records that were there at the start before the others, which are between them: accounts are exported before contacts.
func inTurn(start, records string) string {
	var old, others []string
	for line := range strings.Lines(records) {
		if strings.Contains(start, line) {
			old = append(old, line)
		} else {
			others = append(others, line)
		}
	}
	return strings.Join(old, "") + strings.Join(others, "")
}

func (s *site) records(t *testing.T) string {
	t.Helper()
	return s.inlet(t, 0, "export", "account") + s.inlet(t, 0, "export", "contact")
}

// imported imports the workbook with a command and returns the import's ID.
func (s *site) imported(t *testing.T) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(s.inlet(t, 3, "import", s.files.dropped, "--json")), "\n")
	var summary struct {
		Import string `json:"import"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &summary); err != nil {
		t.Fatal(err)
	}
	return summary.Import
}

// next imports one account more and returns it as it is exported.
func (s *site) next(t *testing.T) string {
	t.Helper()
	path := filepath.Join(s.dir, "next.csv")
	if err := os.WriteFile(path, []byte("Företag,Postnr\nNext,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.inlet(t, 0, "import", path)
	for line := range strings.Lines(s.inlet(t, 0, "export", "account")) {
		if strings.Contains(line, "Next") {
			return line
		}
	}
	t.Fatal("the other import wrote nothing")
	return ""
}

func (s *site) importOf(t *testing.T, id string) ledger.Import {
	t.Helper()
	head, _, _ := strings.Cut(s.inlet(t, 0, "show", id, "--json"), "\n")
	var imp ledger.Import
	if err := json.Unmarshal([]byte(head), &imp); err != nil {
		t.Fatal(err)
	}
	return imp
}

func (s *site) undone(t *testing.T, id string) undone {
	t.Helper()
	by := s.importOf(t, id).UndoneBy
	is := s.importOf(t, by)
	if of := s.importOf(t, id); is.State != ledger.Done || is.Undoes != id || is.Tally.Counts.Of(crm.Account).Sum() != of.Tally.Counts.Of(crm.Account).Sum() ||
		is.Tally.Counts.Of(crm.Contact).Sum() != of.Tally.Counts.Of(crm.Contact).Sum() || is.Tally.Rows != of.Tally.Rows {
		t.Errorf("the import is %+v, its undo %+v", of, is)
	}
	_, journal, _ := strings.Cut(s.inlet(t, 0, "show", "--rows", "--json", by), "\n")
	return undone{Records: s.records(t), Journal: marksOff(t, journal), Tally: is.Tally, By: by}
}

// marksOff takes the marks out of a journal: an import that came between has taken a number.
func marksOff(t *testing.T, journal string) string {
	t.Helper()
	var b strings.Builder
	for dec := json.NewDecoder(strings.NewReader(journal)); dec.More(); {
		var c ledger.Change
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, c.Ref, c.Kind, c.Action, c.ID, c.ParentID, c.Before, c.After, len(c.Problems))
	}
	return b.String()
}

// dying runs a command that the point is to kill.
func (s *site) dying(t *testing.T, point ledger.CrashPoint, nth int, args ...string) {
	t.Helper()
	cmd := exec.Command("inlet", args...)
	cmd.Dir, cmd.Env = s.dir, append(os.Environ(), fmt.Sprintf("%s=%s#%d", dieEnv, point, nth))
	out, err := cmd.CombinedOutput()
	died, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatalf("inlet %s came to its end and never to %q a time no %d: %v\n%s", strings.Join(args, " "), point, nth, err, out)
	}
	if status, ok := died.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("inlet %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// TestUndoOfWhatIsStuck takes back an import that ended the daemon again and again, beside the daemon: what it wrote is gone, its file goes to
// failed, and it cannot be resumed.
func TestUndoOfWhatIsStuck(t *testing.T) {
	s := poisonSite(t)
	start := s.records(t)
	s.drop(t)
	s.dies(t, ledger.AtCheckpointed, 2)
	for range 5 {
		s.dies(t, ledger.AtPlanned, 1)
	}
	p := s.start(t)
	s.until(t, p, look, func() bool { return strings.Contains(p.said(), "Import is stuck") })
	p.stop(t)
	imp, _ := s.inStore(t, "kunder.xlsx")
	s.dying(t, ledger.AtUndoing, 1, "undo", imp.ID)
	s.inlet(t, 1, "resume", imp.ID)
	p = s.start(t)
	s.until(t, p, look, func() bool { return len(s.glob(t, "failed/kunder.xlsx")) == 1 })
	s.inlet(t, 0, "undo", imp.ID)
	p.stop(t)
	if diff := cmp.Diff(start, s.records(t)); diff != "" {
		t.Errorf("undone (-before +after):\n%s", diff)
	}
	is := s.importOf(t, imp.ID)
	if is.UndoneBy == "" || is.State != ledger.Refused {
		t.Errorf("the import is stored as %+v", is)
	}
	s.inlet(t, 1, "undo", is.UndoneBy)
	s.inlet(t, 1, "undo", imp.ID)
}
