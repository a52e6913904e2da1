package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"inlet.example/inlet/pipeline/message"
)

// Inbox is what the last scan of an inbox found.
type Inbox struct {
	Name         string  `json:"inbox"`
	Store        string  `json:"store,omitempty"` // that it imports into, if there are several
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

// Handler returns the pages. unready returns why files cannot be imported, nil if they can; inboxes returns what the last scans found.
func Handler(metrics http.Handler, unready func(context.Context) error, inboxes func() []Inbox) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := unready(r.Context()); err != nil {
			http.Error(w, "not ready: "+message.PlainLines(err.Error()), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /inboxes", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = message.NewEncoder(w).Encode(inboxes()) // an error: the client has gone
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		fmt.Fprint(w, "inlet\n"+
			"\n"+
			"/metrics  metrics for Prometheus\n"+
			"/healthz  whether inlet is running\n"+
			"/readyz   whether the store can be reached and the inboxes can be used\n/inboxes  what waits in the inboxes, as JSON\n")
		for _, inbox := range inboxes() {
			of := ""
			if inbox.Store != "" {
				of = " of the store " + inbox.Store
			}
			fmt.Fprintf(w, "\nInbox %s%s: %d waiting\n", inbox.Name, of, inbox.Waiting)
			inbox.Open.list(w, "open in a program, waiting until it is closed")
			inbox.NotWorkbooks.list(w, "not a workbook, ignored")
			inbox.Unreadable.list(w, "cannot be read or moved, waiting")
			for _, c := range inbox.Claimed {
				fmt.Fprintf(w, "  %s, since %s: %s\n", strconv.Quote(c.Name), c.Since.UTC().Format(time.RFC3339), message.Plain(c.Why))
			}
		}
	})
	return mux
}

// list writes a line for each file. Names are quoted: whoever can write into an inbox chooses them.
func (f Files) list(w io.Writer, state string) {
	for _, name := range f.Names {
		fmt.Fprintf(w, "  %s: %s\n", strconv.Quote(name), state)
	}
	if more := f.Count - len(f.Names); more > 0 {
		fmt.Fprintf(w, "  and %d more: %s\n", more, state)
	}
}
