package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
)

// Imports is a page of imports.
type Imports struct {
	Imports []Import `json:"imports"`
	Before  int64    `json:"before,omitempty" doc:"ask with this for the older ones; absent: there are none"`
}

// Problems is a page of problems.
type Problems struct {
	Problems []Problem `json:"problems"`
	From     int       `json:"from,omitempty" doc:"ask with this for the next ones; absent: there are none"`
}

// Rows is a page of what the rows of an import did.
type Rows struct {
	Rows []Change `json:"rows"`
	From int      `json:"from,omitempty" doc:"ask with this for the next ones; absent: there are none"`
}

// Progress is how far an import is.
type Progress struct {
	Rows  int `json:"rows"`
	Total int `json:"total,omitempty" doc:"absent until the rows are counted"`
}

type listInput struct {
	Of
	Before int64  `query:"before" minimum:"0" doc:"only imports older than the one with this number"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Inbox  string `query:"inbox"`
	State  string `query:"state" enum:"running,stuck,cancelled,done,refused,held,duplicate"`
	SHA256 string `query:"sha256" doc:"of the workbook"`
}

// OneInput names an import.
type OneInput struct {
	Of
	Reader
	ID string `path:"id"`
}

// PageInput names a part of what is in an import.
type PageInput struct {
	OneInput
	From  int `query:"from" minimum:"0"`
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (a *API) imports(api huma.API) {
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/imports", "List imports, the newest first"), a.list)
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/imports/{id}", "Get one import"), func(ctx context.Context, in *OneInput) (*body[Import], error) {
		s, imp, err := a.one(ctx, in.Of, in.ID)
		if err != nil {
			return nil, err
		}
		return answer(importOf(&imp, s.Status.Plan(&imp))), nil
	})
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/imports/{id}/problems", "List the problems of an import"), a.problems)
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/imports/{id}/rows", "List what the rows of an import did"), a.rows)
	sse.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/imports/{id}/events", "Follow an import until it has ended"),
		map[string]any{"progress": Progress{}, "ended": Import{}}, a.follow)
}

func (a *API) list(ctx context.Context, in *listInput) (*body[Imports], error) {
	s, err := a.store(ctx, in.Of)
	if err != nil {
		return nil, err
	}
	out := Imports{Imports: []Import{}}
	filter := listing.Filter{Inbox: in.Inbox, As: ledger.State(in.State), Sum: in.SHA256}
	if token := access.Of(ctx).Token; token != nil && !token.Everywhere() && filter.Inbox == "" && len(token.Inboxes) == 1 {
		filter.Inbox = token.Inboxes[0]
	}
	page, err := s.Lists.Page(ctx, filter, listing.Bounds{Before: in.Before, Limit: in.Limit})
	if err != nil {
		return nil, failed(err, "en")
	}
	for i := range page.Imports {
		if imp := &page.Imports[i]; mayInbox(ctx, imp.Inbox) {
			out.Imports = append(out.Imports, importOf(imp, s.Status.Plan(imp)))
		}
	}
	out.Before = page.Last()
	return answer(out), nil
}

// each calls do with the changes of an import until it returns false.
func (a *API) each(ctx context.Context, of Of, id string, do func(*ledger.Change) bool) error {
	s, imp, err := a.one(ctx, of, id)
	if err != nil {
		return err
	}
	if err := imp.CheckJournal(); err != nil {
		return failed(err, "en")
	}
	for changes, err := range s.Reader.Changes(ctx, imp.ID, nil) {
		if err != nil {
			return failed(err, "en")
		}
		for i := range changes {
			if !do(&changes[i]) {
				return nil
			}
		}
	}
	return nil
}

func (a *API) problems(ctx context.Context, in *PageInput) (*body[Problems], error) {
	out, n := Problems{Problems: []Problem{}}, 0
	err := a.each(ctx, in.Of, in.ID, func(c *ledger.Change) bool {
		for i := range c.Problems {
			p := &c.Problems[i]
			if p.Row == 0 {
				p.Ref = c.Ref
			}
			if n++; n <= in.From {
				continue
			}
			if len(out.Problems) == in.Limit {
				out.From = n - 1
				return false
			}
			out.Problems = append(out.Problems, problemOf(p, in.lang()))
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return answer(out), nil
}

func (a *API) rows(ctx context.Context, in *PageInput) (*body[Rows], error) {
	out, n := Rows{Rows: []Change{}}, 0
	err := a.each(ctx, in.Of, in.ID, func(c *ledger.Change) bool {
		if n++; n <= in.From {
			return true
		}
		if len(out.Rows) == in.Limit {
			out.From = n - 1
			return false
		}
		out.Rows = append(out.Rows, changeOf(c))
		return true
	})
	if err != nil {
		return nil, err
	}
	return answer(out), nil
}

// follow sends how far an import is twice a second, and how it ended.
func (a *API) follow(ctx context.Context, in *OneInput, send sse.Sender) {
	const often = 500 * time.Millisecond
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		s, imp, err := a.one(ctx, in.Of, in.ID)
		if err != nil {
			return
		}
		if imp.State != ledger.Running {
			_ = send.Data(importOf(&imp, s.Status.Plan(&imp))) // an error: the client has gone
			return
		}
		progress := Progress{Rows: imp.Tally.Rows}
		if now, ok := s.Status.Running(); ok && now.ID == imp.ID {
			progress = Progress{now.Rows, now.Total}
		}
		if send.Data(progress) != nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		case <-a.Stopping:
			return
		}
	}
}
