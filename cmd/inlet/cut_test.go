package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
)

// wire forwards between inlet and a MongoDB server, and loses one of its replies with the connection that it came by: the request has been
// carried out, and inlet gets no answer. Greetings do not count.
type wire struct {
	net.Listener
	server string

	mu      sync.Mutex
	left    int // replies until the one that is lost; 0: none any more
	silent  time.Time
	replies int
}

func newWire(t *testing.T, server string) *wire {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, server: server}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
	return w
}

// lose has the n-th reply from now on lost, and no connection accepted for a while after it.
func (w *wire) lose(n int, silence time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.replies, w.silent = n, 0, time.Time{}
	if silence > 0 {
		w.silent = time.Unix(0, int64(silence)) // until the reply is lost, its length
	}
}

// lost reports whether that reply came, and how many there were.
func (w *wire) lost() (bool, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.left == 0, w.replies
}

func (w *wire) open() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.left > 0 || time.Now().After(w.silent)
}

// passes counts a reply, and says whether it is to be passed on.
func (w *wire) passes() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.replies++
	if w.left == 0 {
		return true
	}
	w.left--
	if w.left == 0 && !w.silent.IsZero() {
		w.silent = time.Now().Add(time.Duration(w.silent.UnixNano()))
	}
	return w.left > 0
}

func (w *wire) carry(c net.Conn) {
	defer c.Close()
	if !w.open() {
		return
	}
	s, err := (&net.Dialer{}).Dial("tcp", w.server)
	if err != nil {
		return
	}
	defer s.Close()
	for { // one connection has one request at a time
		request, err := readMessage(c)
		if err != nil || !w.open() {
			return
		}
		if _, err := s.Write(request); err != nil {
			return
		}
		reply, err := readMessage(s)
		if err != nil {
			return
		}
		head := string(request[:min(len(request), 120)])
		if greeting := strings.Contains(head, "hello") || strings.Contains(head, "isMaster"); !greeting && !w.passes() {
			return
		}
		if _, err := c.Write(reply); err != nil {
			return
		}
	}
}

// readMessage reads one message of MongoDB's: it begins with its length.
func readMessage(r io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n < 16 || n > 64<<20 {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	all := make([]byte, n)
	copy(all, size[:])
	_, err := io.ReadFull(r, all[4:])
	return all, err
}

// TestReplyLost loses each reply of the server in turn while 500 rows are imported: the call whose reply was lost is tried again, and everything
// comes out as if nothing had been. It takes each 61st by default, each 29th with INLET_TEST_MORE, all with INLET_TEST_DEEP.
func TestReplyLost(t *testing.T) {
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	every := map[level]int{sampled: 61, thorough: 29, complete: 1}[testLevel()]
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö")
	makeBook(t, files.dropped, 500, "Lund")
	w := newWire(t, u.Host)
	want, replies, tries := w.importOver(t, files, 0, 0)
	if replies < 20 || tries != 1 {
		t.Fatalf("undisturbed: %d replies, %d tries", replies, tries)
	}
	n, most := 1, 0
	for lost := true; lost; n += every {
		var got string
		got, _, tries = w.importOver(t, files, n, 0)
		lost, _ = w.lost()
		most = max(most, tries)
		if got != want {
			t.Fatalf("reply %d of %d lost: not as undisturbed; %d tries (-undisturbed +lost):\n%s", n, replies, tries, cmp.Diff(want, got))
		}
	}
	if n < replies/2 {
		t.Errorf("an import came to its end after %d replies, the undisturbed one took %d", n, replies)
	}
	t.Logf("each %d. of %d replies lost; at most %d tries", every, replies, most)
}

// TestServerRestarts loses the server for two seconds in the midst of an import.
func TestServerRestarts(t *testing.T) {
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö")
	makeBook(t, files.dropped, 500, "Lund")
	w := newWire(t, u.Host)
	want, replies, _ := w.importOver(t, files, 0, 0)
	got, _, _ := w.importOver(t, files, replies/2, 2*time.Second)
	if lost, _ := w.lost(); !lost || got != want {
		t.Errorf("lost: %t; not as undisturbed", lost)
	}
}

// claimed is the job of the workbook as the watcher would hand it out.
func (s *site) claimed(t *testing.T) pipeline.Job {
	t.Helper()
	content, err := os.ReadFile(s.files.dropped)
	job := pipeline.Job{Arrival: "arrival", Inbox: "kunder", Name: "kunder.xlsx", Workbook: filepath.Join(s.inbox, ".inlet", "arrival", "kunder.xlsx"),
		Folders: pipeline.Folders{Done: filepath.Join(s.inbox, "done"), Failed: filepath.Join(s.inbox, "failed"), Held: filepath.Join(s.inbox, "held")}}
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(job.Workbook), 0o755), os.WriteFile(job.Workbook, content, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	return job
}

var expected = regexp.MustCompile(`"expect":\d+,`)

// importOver imports over the wire until that succeeds, as the daemon does without its pauses, and returns all records and what became of
// each row, the number of replies, and of tries.
func (w *wire) importOver(t *testing.T, files books, lose int, silence time.Duration) (ends string, replies, tries int) {
	t.Helper()
	s := newSite(t, newDatabase(t), files)
	u, err := url.Parse(s.uri)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = w.Addr().String()
	cfg := config.Default()
	cfg.Store.URI, cfg.Import.Batch = u.String(), batch*4
	job := s.claimed(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w.lose(lose, silence)
	var imp ledger.Import
	for done := false; !done; {
		tries++
		parts, err := assembly.Open(ctx, cfg, slog.New(slog.DiscardHandler), nil)
		for err == nil && !done {
			rep, failed := parts.Pipeline.Run(ctx, job)
			if done = failed == nil; done {
				imp = rep.Import
			} else if ctx.Err() != nil {
				err = failed
			} else {
				tries++
			}
		}
		if parts != nil {
			err = errors.Join(err, parts.Close(context.WithoutCancel(ctx)))
		}
		if ctx.Err() != nil {
			t.Fatalf("reply %d lost: not done within a minute, after %d tries: %v", lose, tries, err)
		}
	}
	_, replies = w.lost()
	if found := s.glob(t, "done/*/kunder.xlsx"); len(found) != 1 {
		t.Errorf("reply %d lost: %q in done", lose, found)
	}
	_, rows, _ := strings.Cut(s.inlet(t, 0, "show", "--rows", "--json", imp.ID), "\n")
	rows = expected.ReplaceAllString(rows, "") // a running number whose reply was lost is not given again
	tally := fmt.Sprintf("%+v %s\n", imp.Tally, imp.State)
	return s.inlet(t, 0, "export", "account") + s.inlet(t, 0, "export", "contact") + rows + tally, replies, tries
}
