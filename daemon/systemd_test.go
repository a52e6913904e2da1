package daemon_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/pipeline/ledger"
)

// TestSystemdNotifications: systemd is notified when inlet is ready, that it is running, and when it stops.
func TestSystemdNotifications(t *testing.T) {
	sent := listenAsSystemd(t)
	r := run(t, configured(t, ""))
	soon(t, r, "ready, and alive twice", func() bool { return strings.Count(sent(), "WATCHDOG=1") >= 2 && strings.Contains(sent(), "READY=1") })
	r.stop()
	soon(t, r, "stopping", func() bool { return strings.Contains(sent(), "STOPPING=1") })
}

// listenAsSystemd returns what a daemon that is started after this has sent to systemd so far.
func listenAsSystemd(t *testing.T) func() string {
	t.Helper()
	dir, err := os.MkdirTemp("", "inlet") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var received []string
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 4096)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			mu.Lock()
			received = append(received, string(buf[:n]))
			mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-ended
		_ = os.RemoveAll(dir)
	})
	t.Setenv("NOTIFY_SOCKET", socket)
	t.Setenv("WATCHDOG_USEC", "300000")
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(received, " ")
	}
}

// TestWatchdogFollowsProgress: systemd gets signals while an import makes progress, however long it takes, and while none runs. It gets none
// while an import makes no progress, so that it restarts inlet.
func TestWatchdogFollowsProgress(t *testing.T) {
	sent := listenAsSystemd(t)
	var hang atomic.Bool
	released := make(chan struct{})
	r := run(t, configured(t, ""), func(d *daemon.Daemon) {
		d.SetStallTimeout(500 * time.Millisecond)
		d.At = func(p ledger.CrashPoint) {
			if p == ledger.AtChecked && hang.Load() {
				<-released
			}
		}
	})
	r.wait("ready", r.ready)
	fed := func() int { return strings.Count(sent(), "WATCHDOG=1") }
	r.drop("bra.csv", row("Bra AB"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	before := fed()
	soon(t, r, "fed when idle", func() bool { return fed() > before+8 }) // longer than the stall timeout
	hang.Store(true)
	r.drop("hänger.csv", row("Hänger AB"))
	const said = "makes no progress"
	soon(t, r, "logged", func() bool { return r.logged(said) > 0 })
	before = fed()
	soon(t, r, "logged again and again", func() bool { return r.logged(said) > 5 }) // each time in the place of feeding it
	if n := fed(); n != before {
		t.Errorf("it was fed %d times over a workbook that hangs", n-before)
	}
	hang.Store(false)
	close(released)
	r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
	soon(t, r, "fed again", func() bool { return fed() > before })
}
