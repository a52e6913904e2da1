package drive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/watcher/remote"
)

// TestServerThatDoesNotAnswer accepts and says nothing: rclone waits for it whatever its context says.
func TestServerThatDoesNotAnswer(t *testing.T) {
	for kind, options := range map[string]map[string]string{
		"sftp": {"user": "anna", "pass": "very-secret", "pin_host_key": "true"},
		"ftp":  {"user": "anna", "pass": "very-secret"},
		"smb":  {"user": "anna", "pass": "very-secret"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					defer c.Close()
				}
			}()
			host, port, _ := net.SplitHostPort(l.Addr().String())
			options["host"], options["port"] = host, port
			short := defaultTimeouts
			short.open, short.abandon = 500*time.Millisecond, 100*time.Millisecond
			began := time.Now()
			d, err := open(t.Context(), remote.Location{Source: "crm", Type: kind, Root: "share/in", Options: options, Tokens: &kept{}}, short)
			if err == nil {
				d.timeouts.list = short.open
				_, err = d.List(t.Context())
			}
			if err == nil || isDenied(err) || !strings.Contains(err.Error(), "no answer within 500ms") {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestFetchIsCancelled ends a fetch whose server has gone quiet with the content half sent.
func TestFetchIsCancelled(t *testing.T) {
	t.Parallel()
	p := rcloneSFTP(t)
	p.put(t, "a.csv", large)
	d := opened(t, p)
	f := only(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	w := writerFunc(func(b []byte) (int, error) {
		cancel()
		return len(b), nil
	})
	if err := d.Fetch(ctx, f, w); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if fetched(t, d, f) != large {
		t.Error("what came after it is not the file")
	}
}

func TestFetchIntoAFailingWriter(t *testing.T) {
	p := localPlace(t)
	p.put(t, "a.csv", large)
	d := opened(t, p)
	full := os.ErrPermission // which the place is not to blame for
	w := writerFunc(func(b []byte) (int, error) { return 0, full })
	if err := d.Fetch(t.Context(), only(t, d), w); !errors.Is(err, full) || strings.Contains(err.Error(), "needs the right") {
		t.Errorf("got %v", err)
	}
}

func TestBandwidth(t *testing.T) {
	t.Parallel()
	p := localPlace(t)
	p.put(t, "a.csv", strings.Repeat("x", 300_000))
	p.settings.Bandwidth = 200_000
	d := opened(t, p)
	f := only(t, d)
	began := time.Now()
	var b bytes.Buffer
	if err := d.Fetch(t.Context(), f, &b); err != nil || b.Len() != 300_000 {
		t.Fatal(err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("300,000 bytes at 200,000 a second took %s", took)
	}
	short := defaultTimeouts
	short.answer = 700 * time.Millisecond // a slow transfer is not a stalled one
	d.timeouts = short
	if err := d.Fetch(t.Context(), f, io.Discard); err != nil {
		t.Error(err)
	}
}

// TestCloseReleasesEverything opens and closes: nothing of a closed place stays. (Connections of HTTP end by themselves after a minute of rest.)
func TestCloseReleasesEverything(t *testing.T) {
	for name, build := range map[string]func(*testing.T) *place{"sftp": rcloneSFTP, "ftp": rcloneFTP} {
		t.Run(name, func(t *testing.T) {
			p := build(t)
			p.put(t, "a.csv", "one")
			round := func() {
				d, err := Open(t.Context(), p.settings)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range listed(t, d) {
					fetched(t, d, f)
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
			before := goroutines()
			for range 20 {
				round()
			}
			after := goroutines()
			for began := time.Now(); after > before+5 && time.Since(began) < 10*time.Second; after = goroutines() {
				time.Sleep(10 * time.Millisecond) // until they see that their connection is gone
			}
			if after > before+5 {
				t.Errorf("there were %d goroutines of rclone, after 20 rounds there are %d", before, after)
			}
		})
	}
}

// goroutines counts those that are ours: the servers have theirs.
func goroutines() int {
	b := make([]byte, 8<<20)
	n := 0
	for stack := range strings.SplitSeq(string(b[:runtime.Stack(b, true)]), "\n\n") {
		if strings.Contains(stack, "rclone/backend/") || strings.Contains(stack, "guard.Start[") || strings.Contains(stack, "pkg/sftp.(*clientConn)") {
			n++
		}
	}
	return n
}
