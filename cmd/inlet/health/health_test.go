package health

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"inlet.example/inlet/daemon/config"
)

// TestAsk: healthy is who answers, ready is who says so, also where the daemon listens on all addresses.
func TestAsk(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			http.Error(w, "the store cannot be reached\x1b[31m", http.StatusServiceUnavailable)
		}
	}))
	defer s.Close()
	own := strings.TrimPrefix(s.URL, "http://")
	_, port, err := net.SplitHostPort(own)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{own, "0.0.0.0:" + port, ":" + port, "[::]:" + port} {
		if err := Ask(t.Context(), config.HTTP{Address: address}, false); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := Ask(t.Context(), config.HTTP{Address: own}, true); err == nil || !strings.Contains(err.Error(), "503 Service Unavailable: the store cannot be reached") ||
		strings.Contains(err.Error(), "\x1b") {
		t.Errorf("not ready: %v", err)
	}
	s.Close()
	if err := Ask(t.Context(), config.HTTP{Address: own}, false); err == nil || !strings.Contains(err.Error(), "the daemon does not answer") {
		t.Errorf("ended: %v", err)
	}
	if err := Ask(t.Context(), config.HTTP{Address: "nothing"}, false); err == nil {
		t.Error("an address without a port is asked")
	}
}
