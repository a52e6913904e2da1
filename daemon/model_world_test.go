//go:build linux

package daemon_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/pipeline/store/sqlite"
	"inlet.example/inlet/watcher/inbox/claim"
)

// world is one daemon's, with the people who use it.
type world struct {
	random  *rand.Rand
	met     *tallied
	dir     string
	began   time.Time
	story   []string
	batch   int
	deaths  int
	waits   bool  // a person has paused importing
	life    *life // nil while no daemon runs
	lives   []string
	webhook *listener

	books     [][]byte
	there     map[string]string // path to the sum of what a person put there last
	must, may map[string]int    // sum to how many files of these bytes there must be, and may be besides
	workbook  map[string]bool   // sums of workbooks; the others are sidecars
	trashed   int
}

var modelInboxes = []string{"kunder", "leads"}

func newWorld(dir string, random *rand.Rand, met *tallied) (*world, error) {
	w := &world{random: random, met: met, dir: dir, began: time.Now(), batch: 4, webhook: listen(random.IntN(3)),
		there: map[string]string{}, must: map[string]int{}, may: map[string]int{}, workbook: map[string]bool{}}
	for _, in := range modelInboxes {
		if err := os.MkdirAll(filepath.Join(dir, in, "sub"), 0o755); err != nil {
			return nil, err
		}
	}
	return w, errors.Join(os.Mkdir(w.trash(), 0o755), w.configure())
}

func (w *world) trash() string { return filepath.Join(w.dir, "trash") }

// configure writes the configuration.
func (w *world) configure() error {
	text := fmt.Sprintf(`store: {uri: "sqlite:inlet.db"}
http: {address: "127.0.0.1:0", login: none}
import: {batch: %d}
webhooks: [{name: hook, url: %q}]
inboxes:
  - {name: kunder, path: kunder, settle: 30ms, scan: 150ms, when_done: {webhook: [hook]}}
  - {name: leads, path: leads, settle: 30ms, scan: 150ms, sidecar_grace: 60ms, when_done: {webhook: [hook]}}
`, w.batch, w.webhook.server.URL)
	temp := filepath.Join(w.dir, "inlet.yaml.new")
	return errors.Join(os.WriteFile(temp, []byte(text), 0o600), os.Rename(temp, w.config()))
}

func (w *world) config() string { return filepath.Join(w.dir, "inlet.yaml") }

func (w *world) end() {
	if w.life != nil {
		w.life.kill()
		w.life = nil
	}
	w.webhook.server.Close()
}

// said is what all daemons logged.
func (w *world) said() string {
	var all strings.Builder
	for i, path := range w.lives {
		text, _ := os.ReadFile(path)
		fmt.Fprintf(&all, "-- life %d --\n%s", i+1, text)
	}
	return all.String()
}

// listener is a web server that receives how imports end.
type listener struct {
	server *httptest.Server
	mu     sync.Mutex
	deny   int
	ids    map[string]map[string]bool // import to the IDs of its notifications
	calls  int
}

func listen(deny int) *listener {
	l := &listener{deny: deny, ids: map[string]map[string]bool{}}
	l.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ ID string }
		text, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(text, &body)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.deny--; l.deny >= 0 || err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if l.ids[body.ID] == nil {
			l.ids[body.ID] = map[string]bool{}
		}
		l.ids[body.ID][r.Header.Get("Inlet-Id")] = true
		l.calls++
	}))
	return l
}

func (l *listener) imports() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ids)
}

// life is one process of a daemon.
type life struct {
	cmd            *exec.Cmd
	in             io.WriteCloser
	done           chan struct{}
	doomed, faulty bool // it may die, or end with an error
}

func (w *world) start() error {
	w.note("start")
	log, err := os.Create(filepath.Join(w.dir, fmt.Sprintf("log%d", len(w.lives))))
	if err != nil {
		return err
	}
	defer log.Close()
	l := &life{cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	l.cmd.Stdout, l.cmd.Stderr, l.cmd.Dir = log, log, w.dir
	l.cmd.Env = append(os.Environ(), mortalEnv+"="+w.config(), "GOMAXPROCS=2")
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := l.cmd.Start(); err != nil {
		return err
	}
	go func() {
		defer close(l.done)
		_ = l.cmd.Wait() // how it ended is in its ProcessState
	}()
	w.life, w.lives = l, append(w.lives, log.Name())
	return nil
}

func (l *life) kill() {
	_ = l.cmd.Process.Kill() // unless it has ended
	<-l.done
}

// order sends the daemon an instruction, which has no effect once it has ended.
func (l *life) order(text string, args ...any) error {
	_, err := fmt.Fprintf(l.in, text+"\n", args...)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}

// signal sends a signal. One that is dead hears nothing.
func (l *life) signal(sig os.Signal) error {
	if err := l.cmd.Process.Signal(sig); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// notice sees whether the daemon has ended, and whether it might.
func (w *world) notice() error {
	if w.life == nil {
		return nil
	}
	select {
	case <-w.life.done:
	default:
		return nil
	}
	l := w.life
	w.life = nil
	status, _ := l.cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case l.doomed && status.Signal() == syscall.SIGKILL:
		w.met.add("died", 1)
	case status.Signal() == syscall.SIGHUP: // before it listens for signals they end it, as any process
	case l.faulty && status.ExitStatus() == 1: // at its start, when a store cannot be opened
	default:
		return fmt.Errorf("it ended by itself: %s", l.cmd.ProcessState)
	}
	w.note("it has ended: %s", l.cmd.ProcessState)
	return nil
}

// endLife stops the daemon in good order.
func (w *world) endLife() error {
	l := w.life
	if err := l.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-l.done:
	case <-time.After(10 * time.Second):
		return errors.New("it ran on for ten seconds after SIGTERM")
	}
	// Before it listens for signals, SIGTERM ends it as it ends any process.
	if status, _ := l.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() == syscall.SIGTERM || l.cmd.ProcessState.ExitCode() == 0 {
		w.life = nil
		return nil
	}
	return w.notice()
}

// wait has a person pause importing, or end the pause.
func (w *world) wait() error {
	w.waits = !w.waits
	w.note("importing is paused: %t", w.waits)
	ctx := context.Background()
	e, err := sqlite.Open(ctx, filepath.Join(w.dir, "inlet.db"))
	if err != nil {
		return err
	}
	s, err := store.New(ctx, e)
	if err == nil && w.waits {
		w.met.add("waited", 1)
		_, err = s.Pauses.Begin(ctx, settings.Everything, "")
	} else if err == nil {
		err = s.Pauses.End(ctx, settings.Everything)
	}
	return errors.Join(err, e.Close(ctx))
}

// lock holds the store's file for a while, as another program that writes does.
func (w *world) lock() error {
	wait := time.Duration(20+w.random.IntN(150)) * time.Millisecond
	w.note("another process holds the store for %v", wait)
	e, err := sqlite.Open(context.Background(), filepath.Join(w.dir, "inlet.db"))
	if err != nil {
		return err
	}
	nothing := errors.New("nothing is to be written")
	err = e.Batch(context.Background(), func(context.Context, engine.Engine) error {
		time.Sleep(wait)
		return nothing
	})
	if !errors.Is(err, nothing) {
		return errors.Join(err, e.Close(context.Background()))
	}
	return e.Close(context.Background())
}

func modelPoints() []ledger.CrashPoint {
	all := []ledger.CrashPoint{ledger.CrashPoint(claim.Labelled), ledger.CrashPoint(claim.Claimed), ledger.CrashPoint(claim.Paired),
		ledger.AtHashed, ledger.AtChecked, ledger.AtBegun, ledger.AtPlanned, ledger.AtJournalled, ledger.AtHalfWritten, ledger.AtWritten,
		ledger.AtCheckpointed, ledger.AtApplied, ledger.AtEnded, ledger.AtHalfReported, ledger.AtReported,
		ledger.AtQueued, ledger.AtPlaced, ledger.AtForgotten, ledger.AtSent, ledger.AtPosted}
	for _, p := range []archive.Point{archive.Reserved, archive.Placed, archive.Moved, archive.Finished} {
		all = append(all, ledger.CrashPoint(p))
	}
	return all
}

// rest lets all come to its end: the daemon runs undisturbed until every workbook is where it belongs and its notification sent.
func (w *world) rest() error {
	w.note("rest")
	if w.waits {
		if err := w.wait(); err != nil {
			return err
		}
	}
	end := time.Now().Add(time.Minute)
	var before []string
	for calm := false; ; time.Sleep(15 * time.Millisecond) {
		if err := w.notice(); err != nil {
			return err
		}
		if w.life == nil {
			if err := w.start(); err != nil {
				return err
			}
			calm = true
		}
		if !calm {
			calm = true
			if err := w.life.order("calm"); err != nil {
				return err
			}
		}
		files, err := w.files()
		if err != nil {
			return err
		}
		// What moves while we look may be seen nowhere: so twice the same.
		same := slices.Equal(before, files)
		if before = files; same && w.atRest(files) {
			w.note("at rest")
			return w.endLife()
		}
		if time.Now().After(end) {
			return fmt.Errorf("it does not come to rest: %d imports told of; files:\n%s", w.webhook.imports(), strings.Join(files, "\n"))
		}
	}
}

// files are all below the inboxes, and the claims though they be empty.
func (w *world) files() ([]string, error) {
	var all []string
	for _, in := range append(slices.Clone(modelInboxes), "trash") {
		root := filepath.Join(w.dir, in)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // it was moved while we looked
			}
			claim := err == nil && d.IsDir() && filepath.Base(filepath.Dir(path)) == ".inlet"
			if err == nil && (!d.IsDir() || claim) {
				rel, _ := filepath.Rel(w.dir, path)
				all = append(all, rel)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// placed says in which of done, failed and held a file is; "" for none.
func placed(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 2 && slices.Contains([]string{"done", "failed", "held"}, parts[1]) {
		return parts[1]
	}
	return ""
}

// atRest reports whether each workbook is where it belongs, and its notification sent.
func (w *world) atRest(files []string) bool {
	books := 0
	for _, path := range files {
		switch {
		case strings.HasPrefix(path, "trash/"):
		case strings.Contains(path, "/.inlet/"):
			return false
		case placed(path) == "" && !strings.HasSuffix(path, ".mapping.yaml"):
			return false
		case w.workbook[w.sum(path)]:
			books++
		}
	}
	return books == w.webhook.imports()
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// sum is that of a file below the world's folder; "" where it is gone.
func (w *world) sum(path string) string {
	content, err := os.ReadFile(filepath.Join(w.dir, path))
	if err != nil {
		return ""
	}
	return sumOf(content)
}

// moveNew renames without overwriting.
func moveNew(from, to string) error {
	return unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
}

// swap exchanges two files in one step, so that it is known who has which.
func swap(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
