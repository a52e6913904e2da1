package drive

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// wire forwards between us and a server, and can be cut. It also forwards the data connections of FTP.
type wire struct {
	net.Listener
	to   atomic.Value // address of the server
	used atomic.Int64 // how often
	left atomic.Int64 // bytes from the server until it is cut; never if negative
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	w := &wire{}
	w.to.Store(to)
	w.left.Store(-1)
	w.Listener = listen(t)
	go w.serve()
	return w
}

func listen(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func (w *wire) host() string { host, _, _ := net.SplitHostPort(w.Addr().String()); return host }
func (w *wire) port() string { _, port, _ := net.SplitHostPort(w.Addr().String()); return port }

func (w *wire) serve() {
	for {
		client, err := w.Accept()
		if err != nil {
			return
		}
		w.used.Add(1)
		go w.join(client, w.to.Load().(string))
	}
}

func (w *wire) join(client net.Conn, to string) {
	server, err := net.Dial("tcp", to)
	if err != nil {
		client.Close()
		return
	}
	go func() {
		io.Copy(server, client)
		server.(*net.TCPConn).CloseWrite()
	}()
	w.back(client, server)
}

// back carries what the server says, and cuts it off.
func (w *wire) back(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := server.Read(buffer)
		if w.left.Load() >= 0 && w.left.Add(-int64(n)) < 0 {
			w.left.Store(0) // nor does anything else get through
			return
		}
		if _, bad := client.Write(w.passive(buffer[:n])); bad != nil || err != nil {
			return
		}
	}
}

var (
	extended = regexp.MustCompile(`^229 .*\(\|\|\|(\d+)\|\)`)
	plain    = regexp.MustCompile(`^227 .*\(127,0,0,1,(\d+),(\d+)\)`)
)

// passive puts a wire into the data connection that an FTP server offers.
func (w *wire) passive(said []byte) []byte {
	text := string(said)
	var port int
	if m := extended.FindStringSubmatch(text); m != nil {
		port, _ = strconv.Atoi(m[1])
	} else if m := plain.FindStringSubmatch(text); m != nil {
		high, _ := strconv.Atoi(m[1])
		low, _ := strconv.Atoi(m[2])
		port = high<<8 + low
	} else {
		return said
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return said
	}
	go func() {
		defer l.Close()
		if client, err := l.Accept(); err == nil {
			w.join(client, "127.0.0.1:"+strconv.Itoa(port))
		}
	}()
	mine := l.Addr().(*net.TCPAddr).Port
	if strings.HasPrefix(text, "229") {
		return fmt.Appendf(nil, "229 Entering Extended Passive Mode (|||%d|)\r\n", mine)
	}
	return fmt.Appendf(nil, "227 Entering Passive Mode (127,0,0,1,%d,%d)\r\n", mine>>8, mine&255)
}
