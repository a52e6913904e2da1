package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/pipeline/message"
)

// Inbox is what the last scan of an inbox found.
type Inbox struct {
	Name         string  `json:"inbox"`
	Store        string  `json:"store,omitempty"` // that it imports into; "" for the only one
	Waiting      int     `json:"waiting"`         // workbooks to import, in the inbox or claimed
	Open         Files   `json:"open"`            // workbooks that a program has open
	NotWorkbooks Files   `json:"not_a_workbook"`  // files that are never claimed
	Unreadable   Files   `json:"unreadable"`      // files and folders that cannot be read or moved
	Claimed      []Claim `json:"claimed"`         // workbooks that are claimed and not archived yet, the oldest first
}

// Claim is a workbook that was moved out of its inbox and is not archived yet.
type Claim struct {
	Name  string    `json:"workbook"`
	Since time.Time `json:"since"`
	Why   string    `json:"why"` // what it waits for
}

// Files are how many files are in a state, and some of their names.
type Files struct {
	Count int      `json:"count"`
	Names []string `json:"names"` // the first of them
}

// NewFiles returns files with names that encode as a list, never as null.
func NewFiles(count int, names []string) Files {
	return Files{Count: count, Names: append([]string{}, names...)}
}

// Pages add what they serve to a mux.
type Pages interface{ Handle(mux *http.ServeMux) }

// Parts are what the pages are made of.
type Parts struct {
	Metrics http.Handler
	Unready func(context.Context) error // why files cannot be imported, nil if they can
	Inboxes func() []Inbox              // what the last scans found
	Access  *access.Access
	Pages   []Pages
	Guarded func() bool // programs on this host, too, need a login for the metrics

	Profiles bool // administrators may read the profiles of the process
}

// Handler returns all that is served.
func Handler(p Parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", p.forMetrics(p.Metrics))
	mux.HandleFunc("GET /inboxes", p.listInboxes)
	for _, pages := range p.Pages {
		pages.Handle(mux)
	}
	if p.Profiles {
		addProfiles(mux, forAdmins)
	}
	probes := http.NewServeMux()                       // asked by an IP address that is in no list, and by programs without a login
	for _, to := range []*http.ServeMux{probes, mux} { // in both, so that a wrong method is called so
		to.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
		to.HandleFunc("GET /readyz", p.ready)
	}
	probes.Handle("/", p.Access.Wrap(mux))
	return probes
}

// ready says why files cannot be imported only to who is on this host: it names files and servers.
func (p Parts) ready(w http.ResponseWriter, r *http.Request) {
	err := p.Unready(r.Context())
	switch {
	case err == nil:
		fmt.Fprintln(w, "ok")
	case local(r):
		http.Error(w, "not ready: "+message.PlainLines(err.Error()), http.StatusServiceUnavailable)
	default:
		http.Error(w, "unready", http.StatusServiceUnavailable)
	}
}

// local reports whether a request comes from this host.
func local(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// forMetrics lets programs on this host read the metrics without a login unless there are logins or roles.
func (p Parts) forMetrics(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (p.Guarded() || !local(r)) && !access.Of(r.Context()).May(access.Metrics) {
			askPassword(w)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func askPassword(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="inlet"`)
	http.Error(w, "Unauthorized", http.StatusUnauthorized)
}

func (p Parts) listInboxes(w http.ResponseWriter, r *http.Request) {
	if !access.Of(r.Context()).May(access.Viewer) {
		askPassword(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = message.NewEncoder(w).Encode(p.Inboxes()) // an error: the client has gone
}
