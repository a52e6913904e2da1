package daemon

import (
	"errors"
	"log/slog"
	"net"
	"syscall"
	"testing"

	"inlet.example/inlet/daemon/config"
)

func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	err = New(config.Config{HTTP: config.HTTP{Address: address}}, slog.New(slog.DiscardHandler)).Run(t.Context())
	want := "port " + port + " is in use: stop the other process or set http.address"
	if err == nil || err.Error() != want || !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("%v; want %s", err, want)
	}
}

func TestListenErrorSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		address string
		cause   error
		want    string
	}{
		{"127.0.0.1:80", syscall.EACCES, "port 80 may not be used by this user: set http.address to a port above 1023"},
		{"10.0.0.7:9464", syscall.EADDRNOTAVAIL, "the address 10.0.0.7 does not belong to this host: correct http.address"},
		{"127.0.0.1:9464", winAddrInUse, "port 9464 is in use: stop the other process or set http.address"},
		{"127.0.0.1:9464", errors.New("too many open files"), "serve 127.0.0.1:9464: too many open files"},
		{"nonsense", syscall.EADDRINUSE, "serve nonsense: " + syscall.EADDRINUSE.Error()},
	} {
		if got := (&listenError{address: c.address, cause: c.cause}).Error(); got != c.want {
			t.Errorf("%q; want %q", got, c.want)
		}
	}
}
