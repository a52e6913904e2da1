package remote_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/deliver"
	"inlet.example/inlet/watcher/remote/remotetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errPlayed = errors.New("a fault of the test")

// ledger is a History in memory. Its n-th call can fail, before or after it is carried out.
type ledger struct {
	notes map[string]string
	files map[string]json.RawMessage
	calls int
	fail  int
	after bool
}

func newLedger() *ledger {
	return &ledger{notes: map[string]string{}, files: map[string]json.RawMessage{}}
}

func (l *ledger) call(do func()) error {
	l.calls++
	fails := l.calls == l.fail
	if fails && !l.after {
		return errPlayed
	}
	do()
	if fails {
		return errPlayed
	}
	return nil
}

func (l *ledger) Last(_ context.Context, key string) (note string, err error) {
	err = l.call(func() { note = l.notes[key] })
	return note, err
}

func (l *ledger) Remember(_ context.Context, key, note string) error {
	return l.call(func() { l.notes[key] = note })
}

func (l *ledger) Files(context.Context, string) (all map[string]json.RawMessage, err error) {
	err = l.call(func() { all = l.files })
	return all, err
}

func (l *ledger) NoteFiles(_ context.Context, _ string, changed map[string]json.RawMessage) error {
	return l.call(func() {
		for key, note := range changed {
			l.files[key] = note
			if note == nil {
				delete(l.files, key)
			}
		}
	})
}

// place is a Folder, an inbox, and what an import makes of it.
type place struct {
	*testing.T
	*remotetest.Dir
	ledger  *ledger
	inbox   string
	said    bytes.Buffer
	edit    func(*remote.FolderPoll)
	round   *remote.FolderPoll
	begun   []remote.Import
	came    []string          // names and contents that were claimed
	sidecar map[string]string // of them by content
	refuses string            // content whose imports are refused
	holds   string            // content whose imports have not ended
}

func newPlace(t *testing.T, edit func(*remote.FolderPoll)) *place {
	p := &place{T: t, Dir: remotetest.NewDir(t.TempDir()), ledger: newLedger(), inbox: t.TempDir(), edit: edit, sidecar: map[string]string{}}
	p.start()
	return p
}

// start begins anew, as after a death: what was only in memory is gone.
func (p *place) start() {
	p.round = &remote.FolderPoll{Name: "crm", Folder: p.Dir, History: p.ledger, Inbox: p.inbox, InboxName: "kunder", Then: remote.Keep, Imports: p,
		Log: slog.New(slog.NewTextHandler(&p.said, nil))}
	if p.edit != nil {
		p.edit(p.round)
	}
}

func (p *place) write(name, content string, modified int64) {
	p.Helper()
	if err := p.Write(name, content, modified); err != nil {
		p.Fatal(err)
	}
}

// runs asks once, and wants these names put into the inbox.
func (p *place) runs(want ...string) remote.Result {
	p.Helper()
	time.Sleep(10 * time.Second)
	res, err := p.round.Run(p.Context())
	if err != nil || !slices.Equal(res.New, want) {
		p.Fatalf("put %q, %v; wanted %q", res.New, err, want)
	}
	return res
}

// fails asks once, and wants an error.
func (p *place) fails(want string) error {
	p.Helper()
	time.Sleep(10 * time.Second)
	res, err := p.round.Run(p.Context())
	if err == nil || !strings.Contains(err.Error(), want) {
		p.Fatalf("put %q, %v; wanted an error with %q", res.New, err, want)
	}
	return err
}

// imports claims all that is in the inbox, and imports it.
func (p *place) imports() {
	p.Helper()
	entries, err := os.ReadDir(p.inbox)
	if err != nil {
		p.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".part") || strings.HasSuffix(name, ".mapping.yaml") {
			continue
		}
		content := p.claim(name)
		side := strings.TrimSuffix(name, filepath.Ext(name)) + ".mapping.yaml"
		if _, err := os.Stat(filepath.Join(p.inbox, side)); err == nil {
			p.sidecar[content] = p.claim(side)
		}
		p.came = append(p.came, content)
		sum := sha256.Sum256([]byte(content))
		p.begun = append(p.begun, remote.Import{ID: fmt.Sprint("i", len(p.begun)+1), Name: name, Sum: hex.EncodeToString(sum[:]),
			Ended: content != p.holds, Well: content != p.refuses})
	}
}

func (p *place) claim(name string) string {
	p.Helper()
	content, err := os.ReadFile(filepath.Join(p.inbox, name))
	if err == nil {
		err = os.Remove(filepath.Join(p.inbox, name))
	}
	if err != nil {
		p.Fatal(err)
	}
	return string(content)
}

func (p *place) Newest(context.Context) (n int64, err error) {
	err = p.ledger.call(func() { n = int64(len(p.begun)) })
	return n, err
}

func (p *place) Since(_ context.Context, inbox string, n int64) (all []remote.Import, err error) {
	if inbox != "kunder" {
		p.Errorf("asked for imports of %q", inbox)
	}
	err = p.ledger.call(func() { all = p.begun[n:] })
	return all, err
}

func (p *place) Import(_ context.Context, id string) (imp remote.Import, ok bool, err error) {
	err = p.ledger.call(func() {
		if i := slices.IndexFunc(p.begun, func(imp remote.Import) bool { return imp.ID == id }); i >= 0 {
			imp, ok = p.begun[i], true
		}
	})
	return imp, ok, err
}

// wantFiles expects these files at the place, and no others.
func (p *place) wantFiles(want ...string) {
	p.Helper()
	var got []string
	err := filepath.WalkDir(p.Path, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(p.Path, path)
			got = append(got, rel)
		}
		return err
	})
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		p.Errorf("the place has %q, %v; wanted %q", got, err, want)
	}
}

// left wants no temporary file in the inbox.
func (p *place) left() {
	p.Helper()
	if found, _ := filepath.Glob(filepath.Join(p.inbox, ".inlet-*")); len(found) > 0 {
		p.Errorf("left in the inbox: %q", found)
	}
}

func xlsx(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("x")
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bubble runs a story in which waiting takes no time.
func bubble(t *testing.T, story func(t *testing.T)) { synctest.Test(t, story) }

func TestPollBringsEachVersionOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		p.write("people.csv", "one", 100)
		p.write("read me.txt", "no workbook", 100)
		p.write("~$people.csv", "somebody has it open", 100)
		p.write("sub/people.csv", "in a sub-folder", 100)
		if res := p.runs(); res.Listed != 1 || res.Look != 10*time.Second {
			t.Errorf("the first run came to %+v", res)
		}
		p.runs("people.csv")
		if res := p.runs(); res.Look != 0 {
			t.Errorf("nothing is to come, and it says %+v", res)
		}
		p.start()
		p.runs()
		p.runs()
		p.imports()
		p.write("people.csv", "two", 200)
		p.runs()
		p.runs("people.csv")
		p.write("older.csv", "three", 50)
		p.write("newer.csv", "four", 250)
		p.runs()
		p.runs("older.csv", "newer.csv")
		p.runs()
		p.imports()
		if want := []string{"one", "four", "three", "two"}; !slices.Equal(p.came, want) || p.Asked[remotetest.Fetch] != 4 {
			t.Errorf("%q came with %d downloads", p.came, p.Asked[remotetest.Fetch])
		}
		p.left()
	})
}

func TestPollWaitsWhileFilesGrow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		for n := range 4 {
			p.write("people.csv", strings.Repeat("x", n+1), 100)
			p.runs()
		}
		p.runs("people.csv")

		whole := xlsx(t, "rows")
		p.write("book.xlsx", whole[:len(whole)-5], 100) // half uploaded, and it does not grow
		p.runs()
		p.runs()
		p.runs()
		if n := strings.Count(p.said.String(), "seems incomplete"); n != 1 || p.Asked[remotetest.Fetch] != 2 {
			t.Errorf("said %d times in %d downloads:\n%s", n, p.Asked[remotetest.Fetch], p.said.String())
		}
		p.write("book.xlsx", whole, 101)
		p.runs()
		p.runs("book.xlsx")

		p.write("broken.xlsx", whole[:20], 102) // and this one stays so: it is brought to be refused
		p.runs()
		res := p.runs()
		time.Sleep(res.Look)
		p.runs("broken.xlsx")
		p.left()
	})
}

func TestPollTwoOfOneName(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		p.Recursive = true
		p.write("people.csv", "one", 100)
		p.write("people.csv@2", "two", 101)
		p.write("people.csv@3", "two", 102) // the same once more
		p.write("sub/people.csv", "three", 103)
		p.write("@eaDir/people.csv", "of the system", 103)
		p.runs()
		p.runs("people.csv", "people~2.csv", "people~3.csv")
		p.runs()
	})
}

func TestPollIncludes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, func(r *remote.FolderPoll) { r.Include, r.Max = "kund*.csv", 9 })
		p.write("kunder.csv", "one", 100)
		p.write("kunder.xlsx", "one", 100)
		p.write("people.csv", "one", 100)
		p.write("kund stor.csv", "0123456789", 100)
		p.runs()
		p.runs("kunder.csv")
		p.runs()
		if n := strings.Count(p.said.String(), "larger than 9 bytes"); n != 1 || p.Asked[remotetest.Fetch] != 1 {
			t.Errorf("said %d times in %d downloads:\n%s", n, p.Asked[remotetest.Fetch], p.said.String())
		}
	})
}

func TestPollReplacedWhileDownloading(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		p.write("people.csv", "one", 100)
		p.Midway = func(string) error {
			p.Midway = nil
			return p.Write("people.csv", "two", 200)
		}
		p.runs()
		p.runs()
		p.left()
		p.runs()
		p.runs("people.csv")
		p.runs()
		p.imports()
		if !slices.Equal(p.came, []string{"two"}) {
			t.Errorf("%q came", p.came)
		}
	})
}

func TestPollFaultsOfOneFile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		for n := range 3 {
			p.write(fmt.Sprintf("%d.csv", n), fmt.Sprint("content ", n), int64(100+n))
		}
		p.runs()
		p.Midway = func(name string) error { // the connection is cut
			if name == "0.csv" {
				return errPlayed
			}
			return nil
		}
		if err := p.fails("fetch 0.csv"); !errors.Is(err, errPlayed) {
			t.Error(err)
		}
		p.left()
		p.imports()
		p.Midway = nil
		p.Before = func(op, name string) error { // gone after it was listed
			if op == remotetest.Fetch {
				return errors.Join(os.Remove(filepath.Join(p.Path, "0.csv")), remote.ErrGone)
			}
			return nil
		}
		p.runs()
		p.Before = nil
		p.runs()
		p.write("0.csv", "content 0", 300)
		p.runs()
		p.runs("0.csv")
		p.imports()
		if want := []string{"content 1", "content 2", "content 0"}; !slices.Equal(p.came, want) {
			t.Errorf("%q came", p.came)
		}
		p.left()
	})
}

// TestPollFaultsOfThePlace: a wrong password, a place that has had enough, and one of which nothing can be had are not asked on and on.
func TestPollFaultsOfThePlace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		for n := range 10 {
			p.write(fmt.Sprintf("%d.csv", n), fmt.Sprint("content ", n), int64(100+n))
		}
		p.runs()
		for _, fault := range []error{&remote.Denied{Err: errors.New("401: wrong password")}, &remote.Wait{After: time.Minute, Err: errors.New("429: slow down")}} {
			for _, op := range []string{remotetest.List, remotetest.Fetch} {
				p.Asked = map[string]int{}
				p.Before = func(asked, _ string) error {
					if asked == op {
						return fault
					}
					return nil
				}
				times := 1
				if _, denied := errors.AsType[*remote.Denied](fault); denied && op == remotetest.Fetch {
					times = 3 // it may be those files alone
				}
				if err := p.fails(fault.Error()[:3]); !errors.Is(err, fault) || p.Asked[op] != times {
					t.Errorf("%v after %v", err, p.Asked)
				}
			}
		}
		p.Asked = map[string]int{}
		p.Before = func(op, _ string) error {
			if op == remotetest.Fetch {
				return errPlayed
			}
			return nil
		}
		p.fails("fetched at the next poll")
		if p.Asked[remotetest.Fetch] != 3 {
			t.Errorf("asked %v", p.Asked)
		}
		p.Before = nil
		if res := p.runs("6.csv", "7.csv", "8.csv", "9.csv", "0.csv", "1.csv", "2.csv", "3.csv", "4.csv", "5.csv"); len(res.New) != 10 {
			t.Error(res)
		}
		p.left()
	})
}

// TestPollMayNotReadOrMove: one file that inlet may not read holds up no other, and neither does one that it may not move.
func TestPollMayNotReadOrMove(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, moves)
		for n := range 6 {
			p.write(fmt.Sprintf("%d.csv", n), fmt.Sprint("content ", n), int64(100+n))
		}
		p.Before = func(op, name string) error {
			if op == remotetest.Move || op == remotetest.Fetch && name == "0.csv" {
				return &remote.Denied{Err: errors.New("403: the app may not do that")}
			}
			return nil
		}
		p.runs()
		for range 3 {
			err := p.fails("403")
			if _, denied := errors.AsType[*remote.Denied](err); denied {
				t.Errorf("taken for a place that rejects the login: %v", err)
			}
			p.imports()
		}
		if len(p.came) != 5 {
			t.Errorf("%q came", p.came)
		}
		p.write("new.csv", "new", 200)
		p.fails("403")
		p.fails("403")
		p.imports()
		if !slices.Contains(p.came, "new") {
			t.Errorf("%q came", p.came)
		}
	})
}

func TestPollSidecars(t *testing.T) {
	bubble(t, func(t *testing.T) {
		standard := filepath.Join(t.TempDir(), "standard.yaml")
		if err := os.WriteFile(standard, []byte("of the source"), 0o600); err != nil {
			t.Fatal(err)
		}
		p := newPlace(t, func(r *remote.FolderPoll) { r.Mapping = standard })
		p.Recursive = true
		p.write("a.csv", "a", 100)
		p.write("a.mapping.yaml", "of a", 100)
		p.write("b.xlsx.mapping.yaml", "of b", 100)
		p.write("b.xlsx", xlsx(t, "b"), 101)
		p.write("c.csv", "c", 102)
		p.write("sub/_default.mapping.yaml", "of sub", 100)
		p.write("sub/deep/d.csv", "d", 103)
		p.runs()
		p.runs("a.csv", "b.xlsx", "c.csv", "d.csv")
		p.imports()
		for content, want := range map[string]string{"a": "of a", xlsx(t, "b"): "of b", "c": "of the source", "d": "of sub"} {
			if p.sidecar[content] != want {
				t.Errorf("%.1q came with %q, not %q", content, p.sidecar[content], want)
			}
		}
		p.write("a.csv", "a", 200) // touched
		p.runs()
		p.runs()
		p.write("a.mapping.yaml", "of a, mended", 200)
		p.write("a.csv", "a", 300) // the same bytes mean something else now
		p.runs()
		p.runs("a.csv")
		p.imports()
		if p.sidecar["a"] != "of a, mended" {
			t.Errorf("came with %q", p.sidecar["a"])
		}
		p.left()
	})
}

func TestPollLateSidecar(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, func(r *remote.FolderPoll) { r.Grace = time.Minute })
		p.write("a.csv", "a", 100)
		p.runs()
		p.runs()
		p.write("a.mapping.yaml", "half of", 110)
		p.runs()
		p.write("a.mapping.yaml", "of a", 120)
		p.runs()
		p.runs("a.csv")
		p.write("b.csv", "b", 100)
		p.runs()
		time.Sleep(time.Minute)
		p.runs("b.csv") // later than it is waited for
		p.imports()
		if p.sidecar["a"] != "of a" || p.sidecar["b"] != "" {
			t.Errorf("came with %q", p.sidecar)
		}
	})
}

func TestPollTouched(t *testing.T) {
	for _, hashes := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			p := newPlace(t, nil)
			p.Hashes = hashes
			p.write("people.csv", "one", 100)
			p.runs()
			p.runs("people.csv")
			p.write("people.csv", "one", 200)
			for range 4 {
				p.runs()
			}
			if want := map[bool]int{false: 2, true: 1}[hashes]; p.Asked[remotetest.Fetch] != want {
				t.Errorf("downloaded %d times, hashes %v", p.Asked[remotetest.Fetch], hashes)
			}
		})
	}
}

func moves(r *remote.FolderPoll)   { r.Then, r.MoveTo = remote.Move, "done" }
func removes(r *remote.FolderPoll) { r.Then = remote.Remove }

func TestPollMovesWhatWasImported(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, moves)
		p.Recursive = true
		p.refuses, p.holds = "refused", "held"
		p.write("held.csv", "held", 98)
		p.write("refused.csv", "refused", 99)
		p.write("people.csv", "one", 100)
		p.write("people.mapping.yaml", "its own", 100)
		p.write("sub/people.csv", "two", 101)
		p.runs()
		if res := p.runs("held.csv", "refused.csv", "people.csv", "people~2.csv"); res.Look != 30*time.Second {
			t.Errorf("looks again in %v", res.Look)
		}
		p.runs() // none has ended
		p.imports()
		p.runs()
		p.wantFiles(inDone("one", "people.csv"), inDone("two", "people.csv"), inDone("one", "people.mapping.yaml"), "held.csv", "refused.csv")
		p.runs()

		p.begun[0].Ended = true // a person has approved it
		p.runs()
		p.wantFiles(inDone("one", "people.csv"), inDone("held", "held.csv"), inDone("two", "people.csv"), inDone("one", "people.mapping.yaml"), "refused.csv")

		p.write("people.csv", "one", 300) // the same again: known, and taken away
		p.write("people.mapping.yaml", "its own", 100)
		p.write("refused.csv", "refused", 300)
		p.runs()
		p.runs("refused.csv") // tried again
		p.runs()
		p.wantFiles(inDone("one", "people.csv"), inDone("one", "people~2.csv"), inDone("held", "held.csv"), inDone("two", "people.csv"),
			inDone("one", "people.mapping.yaml"), inDone("one", "people~2.mapping.yaml"), "refused.csv")
		p.refuses = ""
		p.imports()
		p.runs()
		if _, err := os.Stat(filepath.Join(p.Path, inDone("refused", "refused.csv"))); err != nil {
			t.Error(err)
		}
		slices.Sort(p.came)
		if want := []string{"held", "one", "refused", "refused", "two"}; !slices.Equal(p.came, want) {
			t.Errorf("%q came", p.came)
		}
	})
}

// inDone is what a file of a content is called in done; a ~2 of its name is behind the sum.
func inDone(content, name string) string {
	h := sha256.Sum256([]byte(content))
	stem, ext, _ := strings.Cut(name, ".")
	stem, again, twice := strings.Cut(stem, "~")
	if twice {
		again = "~" + again
	}
	return "done/" + stem + "-" + hex.EncodeToString(h[:6]) + again + "." + ext
}

func TestPollRemovesWhatWasImported(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, removes)
		p.write("_default.mapping.yaml", "of all", 100)
		p.write("other.csv", "other", 100)
		p.write("people.csv", "one", 100)
		p.write("people.mapping.yaml", "its own", 100)
		p.write("people.xlsx", xlsx(t, "x"), 99) // has it too
		p.runs()
		p.runs("people.xlsx", "other.csv", "people~2.csv")
		p.imports()
		p.write("other.csv", "newer", 200) // it is not what was imported
		p.runs()
		p.wantFiles("_default.mapping.yaml", "other.csv")
		p.runs("other.csv")
		p.imports()
		p.runs()
		p.wantFiles("_default.mapping.yaml")
	})
}

// TestPollKeepsWhatItBroughtBefore: what was brought while it was to stay is not taken away later.
func TestPollKeepsWhatItBroughtBefore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		p.write("people.csv", "one", 100)
		p.runs()
		p.runs("people.csv")
		p.imports()
		p.edit = removes
		p.start()
		p.runs()
		p.wantFiles("people.csv")
	})
}

func TestPollForgets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := newPlace(t, removes)
		p.write("moved.csv", "one", 100)
		p.runs()
		p.runs("moved.csv")
		p.imports()
		p.runs()
		p.edit = nil
		p.start()
		p.write("kept.csv", "two", 100)
		p.write("stays.csv", "three", 100)
		p.runs()
		p.runs("kept.csv", "stays.csv")
		content := p.claim("kept.csv")
		if err := os.Remove(filepath.Join(p.Path, "kept.csv")); err != nil {
			t.Fatal(err)
		}
		notes := func(want int) {
			t.Helper()
			p.runs()
			if len(p.ledger.files) != want {
				t.Errorf("%d files are known, not %d", len(p.ledger.files), want)
			}
		}
		notes(3)
		time.Sleep(25 * time.Hour)
		notes(2) // what was taken away by inlet is not expected back
		p.write("kept.csv", content, 100)
		notes(2)
		time.Sleep(31 * 24 * time.Hour)
		notes(2)
		if err := os.Remove(filepath.Join(p.Path, "kept.csv")); err != nil {
			t.Fatal(err)
		}
		notes(2)
		time.Sleep(29 * 24 * time.Hour)
		notes(2)
		time.Sleep(2 * 24 * time.Hour)
		notes(1)
	})
}

// story is a life of a place: new, with a sidecar, of one name, changed, touched, imported, moved.
func story(p *place, step func()) {
	p.Recursive = true
	p.write("people.csv", "one", 100)
	p.write("people.mapping.yaml", "its own", 100)
	p.write("sub/people.csv", "two", 101)
	p.write("sub/_default.mapping.yaml", "of sub", 101)
	for range 6 {
		step()
	}
	p.write("people.csv", "three", 200)
	p.write("people.mapping.yaml", "its own", 200)
	for range 6 {
		step()
	}
}

// ended wants every version to have come once with its sidecar, and to have been moved once.
func (p *place) ended() {
	p.Helper()
	slices.Sort(p.came)
	if want := []string{"one", "three", "two"}; !slices.Equal(p.came, want) {
		p.Errorf("%q came, not each once: %q", p.came, want)
	}
	for content, want := range map[string]string{"one": "its own", "two": "of sub", "three": "its own"} {
		if p.sidecar[content] != want {
			p.Errorf("%s came with %q, not %q", content, p.sidecar[content], want)
		}
	}
	p.wantFiles(inDone("two", "people.csv"), inDone("one", "people.csv"), inDone("one", "people.mapping.yaml"),
		inDone("three", "people.csv"), inDone("three", "people.mapping.yaml"), "sub/_default.mapping.yaml")
	if found, _ := filepath.Glob(filepath.Join(p.inbox, "*.yaml")); len(found) > 0 {
		p.Errorf("left in the inbox: %q", found)
	}
}

// TestPollKilled ends the process at each point, each time it is reached.
func TestPollKilled(t *testing.T) {
	for _, point := range []deliver.Point{deliver.Fetched, deliver.HalfPut, deliver.Delivered, remote.Imported} {
		for nth := 1; ; nth++ {
			died := false
			bubble(t, func(t *testing.T) {
				left := nth
				p := newPlace(t, func(r *remote.FolderPoll) {
					moves(r)
					r.Reached = func(at deliver.Point) {
						if at == point {
							if left--; left == 0 {
								panic(point)
							}
						}
					}
				})
				story(p, func() {
					time.Sleep(10 * time.Second)
					defer p.imports()
					defer func() {
						if recover() != nil {
							died = true
							p.start()
						}
					}()
					if _, err := p.round.Run(t.Context()); err != nil {
						t.Error(err)
					}
				})
				p.ended()
				p.left()
			})
			if t.Failed() {
				t.Fatalf("killed at %q, time %d", point, nth)
			}
			if !died {
				if nth != 4 {
					t.Errorf("%q was reached %d times, not by each of the three", point, nth-1)
				}
				break
			}
		}
	}
}

// TestPollStoreFails has each call of the store fail, before and after it is carried out, with and without a death of the process.
func TestPollStoreFails(t *testing.T) {
	for _, dies := range []bool{false, true} {
		for _, after := range []bool{false, true} {
			for nth := 1; ; nth++ {
				failed := 0
				bubble(t, func(t *testing.T) {
					p := newPlace(t, moves)
					p.ledger.fail, p.ledger.after = nth, after
					story(p, func() {
						time.Sleep(10 * time.Second)
						if _, err := p.round.Run(t.Context()); err != nil {
							failed++
							if dies {
								p.start()
							}
						}
						p.imports()
					})
					p.ended()
					if !dies { // else what was being fetched is swept a day later
						p.left()
					}
				})
				if t.Failed() {
					t.Fatalf("call %d failed, after it was done: %v, then died: %v", nth, after, dies)
				}
				if failed == 0 {
					t.Logf("%d calls", nth-1)
					break
				}
			}
		}
	}
}

// TestPollPlaceFails has each operation of the place fail, before and after it is carried out.
func TestPollPlaceFails(t *testing.T) {
	for _, after := range []bool{false, true} {
		for nth := 1; ; nth++ {
			failed := false
			bubble(t, func(t *testing.T) {
				p := newPlace(t, moves)
				left := nth
				fault := func(op, name string) error {
					if left--; left == 0 {
						failed = true
						return fmt.Errorf("%s %s: %w", op, name, errPlayed)
					}
					return nil
				}
				if p.Before = fault; after {
					p.Before, p.After = nil, fault
				}
				story(p, func() {
					time.Sleep(10 * time.Second)
					if _, err := p.round.Run(t.Context()); err != nil && !errors.Is(err, errPlayed) {
						t.Error(err)
					}
					p.imports()
				})
				p.ended()
				p.left()
			})
			if t.Failed() {
				t.Fatalf("operation %d failed, after it was done: %v", nth, after)
			}
			if !failed {
				break
			}
		}
	}
}

// TestCostOfAPoll: 1,000 files, or 10,000 with INLET_TEST_DEEP, of which 100 are new cost one list, 100 downloads, and calls of the store that do
// not grow with what is known.
func TestCostOfAPoll(t *testing.T) {
	many := 1_000
	if os.Getenv("INLET_TEST_DEEP") != "" {
		many = 10_000
	}
	bubble(t, func(t *testing.T) {
		p := newPlace(t, nil)
		for n := range many {
			p.write(fmt.Sprintf("%05d.csv", n), fmt.Sprint("content ", n), int64(100+n))
		}
		for range 2 + many/500 {
			time.Sleep(10 * time.Second)
			if _, err := p.round.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if p.Asked[remotetest.Fetch] != many || len(p.ledger.files) != many {
			t.Fatalf("after all asked for %v, %d known", p.Asked, len(p.ledger.files))
		}
		cost := func(fetches, calls int) {
			t.Helper()
			p.Asked, p.ledger.calls = map[string]int{}, 0
			time.Sleep(10 * time.Second)
			if _, err := p.round.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if p.Asked[remotetest.List] != 1 || p.Asked[remotetest.Fetch] != fetches || p.ledger.calls > calls {
				t.Errorf("asked for %v, the store %d times", p.Asked, p.ledger.calls)
			}
		}
		cost(0, 2)
		for n := range 100 {
			p.write(fmt.Sprintf("new %d.csv", n), fmt.Sprint("new ", n), int64(20_000+n))
		}
		cost(0, 2)
		cost(100, 2+3*100)
		cost(0, 2)
		p.start()
		cost(0, 2)
		cost(0, 2)
	})
}
