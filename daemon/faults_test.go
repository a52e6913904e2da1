//go:build linux

package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
)

// disk is a small one that can be filled.
type disk struct {
	t   *testing.T
	dir string
}

func newDisk(t *testing.T, megabytes int) disk {
	t.Helper()
	d := disk{t, t.TempDir()}
	if err := unix.Mount("tmpfs", d.dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		t.Skipf("NOT TESTED: a full disk. Mounting a small one takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(d.dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

// fill takes all room that there is, to the last byte.
func (d disk) fill() {
	f, err := os.Create(filepath.Join(d.dir, "filler"))
	for size := 1 << 20; err == nil && size > 0; {
		if _, writeErr := f.Write(make([]byte, size)); errors.Is(writeErr, unix.ENOSPC) {
			size /= 2
		} else {
			err = writeErr
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		d.t.Error(err)
	}
}

func (d disk) free() {
	if err := os.Remove(filepath.Join(d.dir, "filler")); err != nil {
		d.t.Error(err)
	}
}

// longBook has rows that are new, that change those above, and that are refused.
func longBook(rows int) string {
	var text strings.Builder
	text.WriteString("Company,Zip,City,Contact,Email\n")
	for i := range rows {
		email := fmt.Sprintf("anna%d@exempel.se", i%(rows-rows/5))
		if i%50 == 49 {
			email = "no address"
		}
		fmt.Fprintf(&text, "Bolag %d,%d,Ort %d,Åsa %d,%s\n", i/2, 10000+i/2, i%7, i, email)
	}
	return text.String()
}

const fullRows = 1000

// full runs a daemon whose disk is full at a point of an import, the times-th time it comes by; "": when the workbook has been dropped. It has
// room again when the log says that something is the matter, and must come to its end by itself.
func full(t *testing.T, cfg config.Config, d disk, point ledger.CrashPoint, times int, says string) {
	cfg.Import.Batch = 50
	hit := make(chan struct{})
	r := run(t, cfg, func(dm *daemon.Daemon) {
		dm.At = func(p ledger.CrashPoint) {
			if p == point {
				if times--; times == 0 {
					d.fill()
					close(hit)
				}
			}
		}
	})
	r.wait("ready", r.ready)
	r.drop("kunder.csv", longBook(fullRows))
	if point == "" {
		d.fill()
		close(hit)
	}
	<-hit
	began := time.Now()
	r.wait(says, func() bool { return strings.Contains(r.log.String(), says) })
	d.free()
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	t.Logf("%v from full to done", time.Since(began).Round(time.Millisecond))
	r.stop()
	if n := strings.Count(r.log.String(), "Import ended"); n != 1 {
		t.Errorf("it ended %d times:\n%s", n, r.log)
	}
	asUndisturbed(t, cfg)
	for _, pattern := range []string{"done/*/kunder.csv", "done/*/kunder.rejected.xlsx"} {
		if found, err := filepath.Glob(filepath.Join(cfg.Inboxes[0].Path, pattern)); len(found) != 1 {
			t.Errorf("of %s there are %q, %v", pattern, found, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(cfg.Inboxes[0].Path, ".inlet/*")); len(left) != 0 {
		t.Errorf("%q is left, %v", left, err)
	}
}

// asUndisturbed holds the store against one into which the same was imported with room enough.
func asUndisturbed(t *testing.T, cfg config.Config) {
	t.Helper()
	book := filepath.Join(t.TempDir(), "kunder.csv")
	if err := os.WriteFile(book, []byte(longBook(fullRows)), 0o644); err != nil {
		t.Fatal(err)
	}
	var shown [2][]string
	for i, uri := range []string{cfg.Store.URI, "sqlite:" + filepath.Join(t.TempDir(), "undisturbed.db")} {
		ctx := context.Background()
		cfg.Store.URI = uri
		parts, err := assembly.Open(ctx, cfg, discard, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer parts.Close(ctx)
		if i == 1 {
			if _, err := parts.Pipeline.Run(ctx, pipeline.Job{Inbox: "kunder", Name: "kunder.csv", Workbook: book, Language: "en"}); err != nil {
				t.Fatal(err)
			}
		}
		p, err := portray(ctx, parts)
		if err != nil {
			t.Fatal(err)
		}
		shown[i] = p.shown()
	}
	if len(shown[0]) < fullRows {
		t.Errorf("only %d lines are shown: it tests nothing", len(shown[0]))
	}
	if diff := cmp.Diff(shown[1], shown[0]); diff != "" {
		t.Errorf("not as undisturbed (-undisturbed +got):\n%s", diff)
	}
}

// TestStoreDiskFull has the store's disk full before an import, in the middle of one, at its last batch and when its end is noted.
func TestStoreDiskFull(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]struct {
		point ledger.CrashPoint
		times int
	}{
		"before":         {ledger.AtChecked, 1},
		"first batch":    {ledger.AtJournalled, 1},
		"in the middle":  {ledger.AtCheckpointed, 8},
		"within a batch": {ledger.AtHalfWritten, 12},
		"last batch":     {ledger.AtApplied, 1},
		"ended":          {ledger.AtEnded, 1},
		"to be notified": {ledger.AtQueued, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // mostly they wait
			d := newDisk(t, 8)
			cfg := configured(t, "")
			cfg.Store.URI = "sqlite:" + filepath.Join(d.dir, "inlet.db")
			full(t, cfg, d, at.point, at.times, "database or disk is full")
		})
	}
}

// TestInboxDiskFull has the inbox's disk full before a file is claimed, and when its import has ended and the rejected rows are to be written.
func TestInboxDiskFull(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]struct {
		point ledger.CrashPoint
		says  string
	}{
		"claim": {"", "no space left on device"},
		"done":  {ledger.AtEnded, "no space left on device"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // mostly they wait
			d := newDisk(t, 8)
			cfg := configured(t, "")
			in := &cfg.Inboxes[0]
			in.Path = filepath.Join(d.dir, "inbox")
			in.Done, in.Failed, in.Held = filepath.Join(in.Path, "done"), filepath.Join(in.Path, "failed"), filepath.Join(in.Path, "held")
			full(t, cfg, d, at.point, 1, at.says)
		})
	}
}
