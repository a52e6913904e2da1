package push

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// daemon is a server that takes workbooks as the API does, and answers the first requests as told.
type daemon struct {
	first []http.HandlerFunc
	keys  map[string]int // how often each key came
	asked int
}

func (d *daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.asked++
	d.keys[r.Header.Get("Idempotency-Key")]++
	_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	parts := multipart.NewReader(r.Body, params["boundary"])
	sum := sha256.New()
	for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
		if part.FormName() == "workbook" {
			_, _ = io.Copy(sum, part)
		}
	}
	if d.asked <= len(d.first) {
		d.first[d.asked-1](w, r)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"id": "abc", "inbox": "kunder", "workbook": "a.csv", "sha256": hex.EncodeToString(sum.Sum(nil))})
}

func book(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("Kund\nTallmo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// client returns one that does not wait between attempts.
func client(t *testing.T, url string) *Client {
	t.Helper()
	c, err := New(url, "inlet_secret", "")
	if err != nil {
		t.Fatal(err)
	}
	c.Pause = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return c
}

func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]string{"detail": "so it is"})
	}
}

// TestSentAgain: what is not answered, or answered with try again, is sent again with the same key; what is refused is not.
func TestSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		first []http.HandlerFunc
		asked int
		fails bool
	}{
		"at once": {nil, 1, false}, "dropped": {[]http.HandlerFunc{drop, drop}, 3, false}, "busy": {[]http.HandlerFunc{status(503), status(429), status(409)}, 4, false},
		"full": {[]http.HandlerFunc{status(507)}, 2, false}, "refused": {[]http.HandlerFunc{status(422)}, 1, true}, "no login": {[]http.HandlerFunc{status(401)}, 1, true},
		"no inbox": {[]http.HandlerFunc{status(404)}, 1, true}, "elsewhere": {[]http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
		}}, 1, true},
		"not inlet": {[]http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }}, 1, true},
	} {
		d := &daemon{first: c.first, keys: map[string]int{}}
		s := httptest.NewServer(d)
		up, err := client(t, s.URL).Send(t.Context(), "kunder", "k", book(t), "")
		s.Close()
		_, refused := errors.AsType[*RefusedError](err)
		if refused != c.fails || !c.fails && (err != nil || up.ID != "abc") || d.asked != c.asked || d.keys["k"] != d.asked {
			t.Errorf("%s: %+v, %v; asked %d times, keys %v", name, up, err, d.asked, d.keys)
		}
	}
}

// TestNotForEver: a host that never answers is given up on after the time that was given.
func TestNotForEver(t *testing.T) {
	d := &daemon{first: []http.HandlerFunc{drop, drop, drop, drop}, keys: map[string]int{}}
	s := httptest.NewServer(d)
	defer s.Close()
	c := client(t, s.URL)
	c.Retry = time.Millisecond
	_, err := c.Send(t.Context(), "kunder", "k", book(t), "")
	if _, unreached := errors.AsType[*UnreachedError](err); !unreached || d.asked != 1 {
		t.Errorf("%v, asked %d times", err, d.asked)
	}
}

// TestChangedMeanwhile: a daemon that has other bytes than the file is not taken for success.
func TestChangedMeanwhile(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte(`{"id":"abc","sha256":"00"}`))
	}))
	defer s.Close()
	if _, err := client(t, s.URL).Send(t.Context(), "kunder", "k", book(t), ""); err == nil {
		t.Error("other bytes are success")
	}
}

// TestAddresses: a token is not sent unencrypted to another host, nor without one, nor to a host whose certificate nobody trusts.
func TestAddresses(t *testing.T) {
	for address, right := range map[string]bool{"https://inlet.example": true, "http://localhost:9464": true, "http://[::1]:9464": true, "http://127.0.0.1:9464": true, "http://inlet.example": false,
		"http://localhost.evil.example": false, "inlet.example": false, "ftp://inlet.example": false, "https://u:p@inlet.example": false, "https://inlet.example?token=x": false, "": false} {
		if _, err := New(address, "x", ""); (err == nil) != right {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := New("https://inlet.example", "", ""); err == nil {
		t.Error("without a token")
	}
	d := &daemon{keys: map[string]int{}}
	s := httptest.NewTLSServer(d)
	defer s.Close()
	c := client(t, s.URL)
	c.Retry = 0
	if _, err := c.Send(t.Context(), "kunder", "k", book(t), ""); err == nil || d.asked > 0 {
		t.Errorf("an unknown certificate: %v, asked %d times", err, d.asked)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	trusting, err := New(s.URL, "x", ca)
	if err != nil {
		t.Fatal(err)
	}
	if up, err := trusting.Send(t.Context(), "kunder", "k", book(t), ""); err != nil || up.ID != "abc" {
		t.Errorf("with its certificate: %+v, %v", up, err)
	}
}
