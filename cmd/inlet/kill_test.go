package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	randv2 "math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/notify/notifytest"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// TestKill ends the daemon by kill -9 at moments all over an import, starts it again, and sees the records, the tally, the journal and
// the folders come out as those of a run that nothing disturbed. On MongoDB too where INLET_TEST_MONGODB names a server.
func TestKill(t *testing.T) {
	seed, files := seedOf(t), makeBooks(t)
	rounds := map[string]int{"sqlite": 8, "mongo": 2} // a round is slow where every start opens a database of its own
	switch testLevel() {
	case sampled:
		rounds = map[string]int{"sqlite": 3, "mongo": 1}
	case complete:
		rounds = map[string]int{"sqlite": 20, "mongo": 20}
	}
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) { killAll(t, seed, files, rounds[e.name], e.newStore) })
	}
}

// seedOf returns the seed of a test's chance, which INLET_TEST_SEED gives again.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text, ok := os.LookupEnv("INLET_TEST_SEED"); ok {
		if _, err := fmt.Sscan(text, &seed); err != nil {
			t.Fatalf("INLET_TEST_SEED: %v", err)
		}
	}
	t.Logf("INLET_TEST_SEED=%d", seed)
	return seed
}

// engine makes empty stores of one engine.
type engine struct {
	name     string
	newStore func(*testing.T) string // its address
}

// engines are the embedded one, and MongoDB where INLET_TEST_MONGODB names a server.
func engines(t *testing.T) []engine {
	t.Helper()
	all := []engine{{"sqlite", func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "inlet.db") }}}
	if os.Getenv("INLET_TEST_MONGODB") == "" {
		t.Run("mongo", func(t *testing.T) {
			t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
		})
		return all
	}
	return append(all, engine{"mongo", newDatabase})
}

// killAll is one undisturbed run, and the rounds that must come to the same.
func killAll(t *testing.T, seed uint64, files books, rounds int, newStore func(*testing.T) string) {
	if testing.Short() {
		rounds = 3
	}
	calm := newSite(t, newStore(t), files)
	took := calm.undisturbed(t)
	want := calm.ending(t)
	conserved(t, want)
	t.Logf("undisturbed: %v from drop to done; %d records", took.Round(time.Millisecond), strings.Count(want.Records, "\n"))

	random := randv2.New(randv2.NewPCG(seed, 0))
	found := map[string]int{}
	for round, m := range moments(random, rounds) {
		t.Run(fmt.Sprintf("%02d %s", round, m), func(t *testing.T) {
			s := newSite(t, newStore(t), files)
			s.drop(t)
			states := []string{s.kill(t, m, took)}
			if states[0] == allDone && m.seen == "" {
				took = min(took, time.Duration(m.share*float64(took))) // the computer has less to do now than at first
			}
			if round%3 == 2 { // and once more while it carries on
				states = append(states, s.kill(t, moment{share: random.Float64()}, took))
			}
			p := s.start(t)
			s.finished(t, p)
			p.stop(t)
			for _, state := range states {
				found[state]++
			}
			t.Logf("found at start: %s", strings.Join(states, ", then "))
			if diff := cmp.Diff(want, s.ending(t)); diff != "" {
				t.Errorf("not as undisturbed (-undisturbed +killed):\n%s", diff)
			}
		})
	}
	for _, state := range slices.Sorted(maps.Keys(found)) {
		t.Logf("%3d × %s", found[state], state)
	}
}

// moment is when a process is killed: so long after what is seen in the inbox, or, where that is empty, at a share of an import's time.
type moment struct {
	seen  string // glob below the inbox
	after time.Duration
	share float64
}

func (m moment) String() string {
	if m.seen == "" {
		return fmt.Sprintf("at %.1f%%", 100*m.share)
	}
	return m.after.Round(10*time.Microsecond).String() + " after " + strings.ReplaceAll(m.seen, "/", " ")
}

// moments are spread over the whole of an import, and, since they are soon over, over its claim and its end.
func moments(random *randv2.Rand, n int) []moment {
	var all []moment
	brief := []string{".inlet/*", "done", "done/*/*.xlsx", "done/*/.inlet-*"}
	for i := range n {
		if i%4 == 3 {
			seen := brief[i/4%len(brief)]
			all = append(all, moment{seen: seen, after: time.Duration(random.Int64N(int64(3 * time.Millisecond)))})
			continue
		}
		all = append(all, moment{share: (float64(i) + random.Float64()) / float64(n)})
	}
	return all
}

// books are what is in the store before, and what is dropped.
type books struct{ before, dropped string }

const (
	rows  = 5000
	batch = 25
)

func makeBooks(t *testing.T) books {
	dir := t.TempDir()
	b := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, b.before, rows/10, "Malmö")
	makeBook(t, b.dropped, rows, "Lund")
	return b
}

// makeBook writes rows of every kind: new and known accounts, contacts of an account that is above, cells that change a row above, rows
// to be rejected, rows that are blank.
func makeBook(t *testing.T, path string, n int, city string) {
	t.Helper()
	w, err := writer.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(w.Sheet("Kunder"), w.Row("Företag", "Postnr", "Ort", "Kontakt", "E-post"))
	for i := range n {
		account, contact, email := i/2, i, fmt.Sprintf("anna%d@exempel.se", i)
		switch {
		case i%97 == 96:
			email = "no address"
		case i%53 == 52:
			account, contact = (i-20)/2, i+rows // the same person as twenty rows above, under another name
			email = fmt.Sprintf("anna%d@exempel.se", i-20)
		case i%401 == 400:
			err = errors.Join(err, w.Row())
		}
		err = errors.Join(err, w.Row(fmt.Sprintf("Bolag %d", account), fmt.Sprint(10000+account), fmt.Sprintf("%s %d", city, i%7),
			fmt.Sprintf("Åsa %d", contact), email))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
}

// newDatabase returns the address of an empty MongoDB database, gone when the test ends.
func newDatabase(t *testing.T) string {
	server := os.Getenv("INLET_TEST_MONGODB")
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("INLET_TEST_MONGODB is the address of one server: %v", err)
	}
	u.Path = "/inlet_test_kill_" + rand.Text()[:12]
	t.Cleanup(func() {
		client, err := mongo.Connect(options.Client().ApplyURI(server))
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		if err := errors.Join(client.Database(u.Path[1:]).Drop(ctx), client.Disconnect(ctx)); err != nil {
			t.Error(err)
		}
	})
	return u.String()
}

// site is an inbox with a store of its own.
type site struct {
	dir, inbox, uri string
	files           books
	paired          bool                // the workbook comes with a sidecar
	box             *notifytest.Mailbox // where the notifications arrive; nil: there are none
	drive           string              // folder that the workbook comes from, and is moved in when it is imported; empty: it does not
}

func newSite(t *testing.T, uri string, files books) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{dir: dir, inbox: filepath.Join(dir, "inbox"), uri: uri, files: files}
	text := fmt.Sprintf("store: {uri: %q}\ninboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}]\nhttp: {address: \"127.0.0.1:0\", login: none}\nimport: {batch: %d}\n", uri, batch)
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "inlet.yaml"), []byte(text), 0o600), os.Mkdir(s.inbox, 0o755)); err != nil {
		t.Fatal(err)
	}
	s.inlet(t, 3, "import", files.before)
	return s
}

// inlet runs a command to its end and returns what it prints.
func (s *site) inlet(t *testing.T, code int, args ...string) string {
	t.Helper()
	cmd := exec.Command("inlet", args...)
	cmd.Dir = s.dir
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("inlet %s: %v\n%s%s", strings.Join(args, " "), err, &out, &said)
	}
	return out.String()
}

// standard is the mapping of the workbook.
const standard = "version: 1\nmatch: {account: [name, zip], contact: [email]}\n"

func (s *site) drop(t *testing.T) {
	t.Helper()
	content, err := os.ReadFile(s.files.dropped)
	if err == nil && s.paired {
		err = os.WriteFile(filepath.Join(s.inbox, "kunder.mapping.yaml"), []byte(standard), 0o644)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(s.inbox, "kunder.xlsx"), content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// process is a running daemon.
type process struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan struct{}
}

func (s *site) start(t *testing.T, env ...string) *process {
	t.Helper()
	log, err := os.CreateTemp(s.dir, "log")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command("inlet", "run"), log: log, done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stderr, p.cmd.Env = s.dir, log, append(os.Environ(), env...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // how it ended is in its ProcessState
	}()
	t.Cleanup(p.end)
	return p
}

// end is kill -9.
func (p *process) end() {
	_ = p.cmd.Process.Kill() // unless it has ended
	<-p.done
	_ = p.log.Close()
}

// said is the log so far.
func (p *process) said() string {
	text, _ := os.ReadFile(p.log.Name()) // nothing, where it is gone
	return string(text)
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		p.end()
		t.Fatalf("it ran on for ten seconds after SIGTERM:\n%s", p.said())
	}
	if p.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("SIGTERM: %s\n%s", p.cmd.ProcessState, p.said())
	}
}

// kill starts the daemon, kills it at a moment, and returns what a start would find.
func (s *site) kill(t *testing.T, m moment, took time.Duration) string {
	t.Helper()
	p := s.start(t)
	if m.seen != "" {
		s.until(t, p, time.Millisecond/5, func() bool { return len(s.glob(t, m.seen)) > 0 || s.idle(t) })
	}
	select {
	case <-time.After(m.after + time.Duration(m.share*float64(took))):
	case <-p.done:
		t.Fatalf("it ended by itself:\n%s", p.said())
	}
	p.end()
	return s.state(t)
}

func (s *site) glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.inbox, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// idle says that the workbook has gone all its way.
func (s *site) idle(t *testing.T) bool {
	return len(s.glob(t, "done/*/kunder.xlsx")) == 1 && len(s.glob(t, ".inlet/*")) == 0 && (s.drive == "" || len(s.onDrive(t, "*.*")) == 0)
}

// onDrive are the names of files of the drive.
func (s *site) onDrive(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.drive, pattern))
	if err != nil || s.drive == "" {
		return nil
	}
	for i := range found {
		found[i] = strings.TrimPrefix(found[i], s.drive)
	}
	return found
}

func (s *site) finished(t *testing.T, p *process) {
	t.Helper()
	s.until(t, p, look, func() bool {
		return s.idle(t) && strings.Contains(p.said(), "Inbox is watched") && (s.box == nil || len(s.mailIDs()) > 0)
	})
}

func (s *site) until(t *testing.T, p *process, every time.Duration, met func() bool) {
	t.Helper()
	ticks, end := time.NewTicker(every), time.After(time.Minute)
	defer ticks.Stop()
	for !met() {
		select {
		case <-ticks.C:
		case <-p.done:
			t.Fatalf("it ended by itself:\n%s", p.said())
		case <-end:
			p.end()
			t.Fatalf("not done within a minute:\n%s", p.said())
		}
	}
}

// undisturbed is a whole run, and the time it takes from the start of the daemon.
func (s *site) undisturbed(t *testing.T) time.Duration {
	s.drop(t)
	began := time.Now()
	p := s.start(t)
	s.finished(t, p)
	took := time.Since(began)
	p.stop(t)
	return took
}

const allDone = "9 all done"

// state says in words what a start finds.
func (s *site) state(t *testing.T) string {
	t.Helper()
	imp, journal := s.inStore(t, "kunder.xlsx")
	switch {
	case len(s.glob(t, "kunder.xlsx")) > 0:
		return "1 in the inbox"
	case len(s.glob(t, ".inlet/*/kunder.xlsx")) > 0 && imp == nil:
		return "2 claimed, no import yet"
	case len(s.glob(t, ".inlet/*/kunder.xlsx")) > 0 && imp.State == ledger.Done:
		return "6 done, not moved"
	case len(s.glob(t, ".inlet/*/kunder.xlsx")) > 0 && journal > imp.Batch:
		return "5 half a batch"
	case len(s.glob(t, ".inlet/*/kunder.xlsx")) > 0 && imp.Batch == 0:
		return "3 begun, no batch yet"
	case len(s.glob(t, ".inlet/*/kunder.xlsx")) > 0:
		return "4 between batches"
	case imp.Archived == "":
		return "7 moved, not noted"
	case !s.idle(t):
		return "8 moved and noted, claim not tidied"
	}
	return allDone
}

// inStore returns the newest import of a workbook, nil if there is none, and the last batch in its journal. It looks at a copy of an
// embedded store: to open one that was cut off is to mend it.
func (s *site) inStore(t *testing.T, name string) (*ledger.Import, int) {
	t.Helper()
	cfg := config.Default()
	cfg.Store.URI = s.uri
	if path, ok := strings.CutPrefix(s.uri, "sqlite:"); ok {
		cfg.Store.URI = "sqlite:" + copyStore(t, path)
	}
	ctx := context.Background()
	parts, err := assembly.Open(ctx, cfg, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close(ctx)
	imports, err := parts.Store.Imports.List(ctx, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(imports, func(imp ledger.Import) bool { return imp.Workbook == name })
	if i < 0 {
		return nil, 0
	}
	batches := 0
	for _, err := range parts.Store.Journal.Changes(ctx, imports[i].ID) {
		if err != nil {
			t.Fatal(err)
		}
		batches++
	}
	return &imports[i], batches
}

func copyStore(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	for _, end := range []string{"", "-wal", "-shm"} {
		content, err := os.ReadFile(path + end)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to+end, content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// ending is all that must be the same, however often the daemon died.
type ending struct {
	Records string // accounts and contacts, as exported
	Journal string // what became of each row
	States  []ledger.State
	Tally   ledger.Tally
	Files   []string // below the inbox, the day left out
	Placed  bool     // the import says where its file is
	Sum     bool     // the file in done holds the bytes that were dropped
	Told    []string // IDs of the mails
	Moved   []string // on the drive
}

func (s *site) ending(t *testing.T) ending {
	t.Helper()
	o := ending{Records: s.inlet(t, 0, "export", "account") + s.inlet(t, 0, "export", "contact"), Told: s.mailIDs(), Moved: s.onDrive(t, "*/*")}
	var imp ledger.Import
	for line := range strings.Lines(s.inlet(t, 0, "list", "--json")) {
		var each ledger.Import
		if err := json.Unmarshal([]byte(line), &each); err != nil {
			t.Fatal(err)
		}
		o.States = append(o.States, each.State)
		if each.Workbook == "kunder.xlsx" {
			imp = each
		}
	}
	o.Tally, o.Placed = imp.Tally, imp.Archived != ""
	_, o.Journal, _ = strings.Cut(s.inlet(t, 0, "show", "--rows", "--json", imp.ID), "\n")
	o.Journal = numbered(o.Journal, imp.No)
	err := filepath.WalkDir(s.inbox, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := path[len(s.inbox):]
		if strings.HasPrefix(name, "/done/") && strings.HasPrefix(d.Name(), ".inlet-") {
			return nil // half of a file that was never given its name, or a number not given back: swept an hour later
		}
		if strings.HasPrefix(name, "/done/") {
			name = "/done/DAY/" + filepath.Base(name)
			o.Sum = same(t, path, s.files.dropped)
		}
		o.Files = append(o.Files, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var expects = regexp.MustCompile(`"expect":(\d+)`)

// numbered writes the import's own number as 0 in the marks of a journal. A process that dies between taking a number and beginning the import
// leaves a gap, where the database has no transactions, and gaps mean nothing.
func numbered(journal string, no int64) string {
	return expects.ReplaceAllStringFunc(journal, func(text string) string {
		mark, err := strconv.ParseInt(strings.TrimPrefix(text, `"expect":`), 10, 64)
		if err != nil || ledger.ImportOf(mark) != no {
			return text
		}
		return fmt.Sprintf(`"expect":%d`, mark-ledger.ChangeID(no, 0, 0, crm.Account))
	})
}

func same(t *testing.T, a, b string) bool {
	t.Helper()
	first, err := os.ReadFile(a)
	second, err2 := os.ReadFile(b)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(first, second)
}

// conserved checks that each part of each row is in the journal once, and counted in the tally as it is there.
func conserved(t *testing.T, o ending) {
	t.Helper()
	type part struct {
		place int64
		kind  string
	}
	seen := map[part]bool{}
	var tally ledger.Tally
	lines := json.NewDecoder(strings.NewReader(o.Journal))
	for {
		var c ledger.Change
		err := lines.Decode(&c)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p := part{c.Ordinal, string(c.Kind)}
		if seen[p] || c.Ordinal < 1 || c.Ordinal > rows {
			t.Errorf("row %d is twice in the journal, or does not exist", c.Ordinal)
		}
		seen[p] = true
		tally.Add(&c)
	}
	tally.Rows, tally.Blank = o.Tally.Rows, o.Tally.Blank
	if diff := cmp.Diff(tally, o.Tally); diff != "" {
		t.Errorf("the tally is not the journal's (-journal +tally):\n%s", diff)
	}
	if len(seen) != 2*rows || o.Tally.Rows != rows || o.Tally.Counts.Of(crm.Account).Sum() != rows || o.Tally.Counts.Of(crm.Contact).Sum() != rows {
		t.Errorf("%d parts in the journal, tally %+v; want each of %d rows once", len(seen), o.Tally, rows)
	}
	for name, n := range map[string]int{"updated": o.Tally.Counts.Of(crm.Account).Updated, "unchanged": o.Tally.Counts.Of(crm.Account).Unchanged, "rejected": o.Tally.Counts.Of(crm.Contact).Rejected,
		"changed contacts": o.Tally.Counts.Of(crm.Contact).Updated, "blank rows": o.Tally.Blank} {
		if n == 0 {
			t.Errorf("the workbook has no %s: it tests less than it should", name)
		}
	}
	if !o.Sum || !slices.Equal(o.Files, []string{"/done/DAY/kunder.rejected.xlsx", "/done/DAY/kunder.xlsx"}) {
		t.Errorf("files %q, bytes as dropped: %t", o.Files, o.Sum)
	}
}
