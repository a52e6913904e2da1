package daemon_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestSystemdIsTold plays systemd: it is told when inlet is ready, that it lives, and when it stops.
func TestSystemdIsTold(t *testing.T) {
	heard := hear(t)
	r := run(t, configured(t, ""))
	soon(t, r, "ready, and alive twice", func() bool { return strings.Count(heard(), "WATCHDOG=1") >= 2 && strings.Contains(heard(), "READY=1") })
	r.stop()
	soon(t, r, "stopping", func() bool { return strings.Contains(heard(), "STOPPING=1") })
}

// hear gives what systemd has been told so far, as a daemon that is started after this tells it.
func hear(t *testing.T) func() string {
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
	var told []string
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
			told = append(told, string(buf[:n]))
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
		return strings.Join(told, " ")
	}
}
