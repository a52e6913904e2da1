package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon/web/access"
)

func parts(s access.Settings) Parts {
	s.Address = "127.0.0.1:9464"
	if s.Users == nil {
		s.Users = func() (map[string]string, error) { return nil, nil }
	}
	return Parts{Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("inlet_up 1\n")) }),
		Unready: func(context.Context) error { return nil }, Inboxes: func() []Inbox { return nil }, Access: access.New(s), Guarded: func() bool { return false }}
}

// get asks as a client of an address.
func get(h http.Handler, path, from string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:9464"+path, http.NoBody)
	r.RemoteAddr = from
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	here  = "127.0.0.1:50000"
	there = "10.1.2.3:50000"
)

// TestInboxesAsJSON: a program reads what waits in the inboxes, with names as text, if its login may.
func TestInboxesAsJSON(t *testing.T) {
	p := parts(access.Settings{NoLogin: true})
	p.Inboxes = func() []Inbox {
		return []Inbox{{Name: "kunder", Waiting: 2, Open: NewFiles(1, []string{"kunder.xlsx"}), NotWorkbooks: NewFiles(22, []string{"<b>\x1b.txt"}),
			Unreadable: NewFiles(1, []string{"låst\n.csv"}), Claimed: []Claim{{"stor\u202e.xlsx", time.Unix(1e9, 0).UTC(), "is tried again: \x1bno"}}}, {Name: "tom"}}
	}
	want := `{"inbox":"kunder","waiting":2,"open":{"count":1,"names":["kunder.xlsx"]},"not_a_workbook":{"count":22,"names":["\u003cb\u003e\u001b.txt"]},"unreadable":{"count":1,"names":["låst\n.csv"]},` +
		`"claimed":[{"workbook":"stor\u202e.xlsx","since":"2001-09-09T01:46:40Z","why":"is tried again: \u001bno"}]}`
	if got := get(Handler(p), "/inboxes", here).Body.String(); !strings.Contains(got, want) {
		t.Errorf("JSON: %s", got)
	}
	if got := get(Handler(parts(access.Settings{})), "/inboxes", here); got.Code != http.StatusUnauthorized {
		t.Errorf("without a login: %d", got.Code)
	}
}

// TestProbes: health and readiness need no login and no name that is listed, and tell other hosts no more than a word.
func TestProbes(t *testing.T) {
	p := parts(access.Settings{})
	p.Unready = func(context.Context) error { return errors.New("the store at db.internal cannot be reached") }
	h := Handler(p)
	for _, c := range []struct {
		path, from string
		code       int
		body       string
	}{
		{"/healthz", there, 200, "ok\n"}, {"/readyz", there, 503, "unready\n"}, {"/readyz", here, 503, "not ready: the store at db.internal cannot be reached\n"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://10.0.0.7:9464"+c.path, http.NoBody)
		r.RemoteAddr = c.from
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.code || w.Body.String() != c.body {
			t.Errorf("%s from %s: %d %q, want %d %q", c.path, c.from, w.Code, w.Body, c.code, c.body)
		}
	}
}

// TestMetrics: programs on this host read them without a login, unless there are logins or roles.
func TestMetrics(t *testing.T) {
	open := Handler(parts(access.Settings{}))
	p := parts(access.Settings{Roles: map[string]string{"anna": "viewer"}})
	p.Guarded = func() bool { return true }
	for from, want := range map[string]int{here: 200, there: 401} {
		if got := get(open, "/metrics", from).Code; got != want {
			t.Errorf("from %s: %d, want %d", from, got, want)
		}
	}
	if got := get(Handler(p), "/metrics", here).Code; got != 401 {
		t.Errorf("with roles: %d", got)
	}
}
