package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/pipeline/crm"
)

// Records is what a search found.
type Records struct {
	Records []Record `json:"records"`
	Whole   bool     `json:"whole" doc:"all records were looked through"`
}

type namedInput struct {
	Of
	Reader
	Name string `path:"name"`
}

type searchInput struct {
	Of
	Query string `query:"q" minLength:"1" doc:"the beginning of any word of a name, or the whole ID, organisation number, e-mail or phone"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type recordInput struct {
	Of
	Kind string `path:"kind"`
	ID   string `path:"id"`
}

func (a *API) inboxes(api huma.API) {
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/inboxes", "List the inboxes"), func(ctx context.Context, in *struct{ Of }) (*body[[]Inbox], error) {
		s, err := a.store(ctx, in.Of)
		if err != nil {
			return nil, err
		}
		all := []Inbox{}
		for _, inbox := range s.Status.Inboxes() {
			if mayInbox(ctx, inbox.Name) {
				all = append(all, inboxOf(&inbox))
			}
		}
		return answer(all), nil
	})
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/sources", "List the sources"), func(ctx context.Context, in *struct{ Of }) (*body[[]Source], error) {
		s, err := a.store(ctx, in.Of)
		if err != nil {
			return nil, err
		}
		sources, err := s.Status.Sources(ctx)
		all := []Source{}
		for i := range sources {
			if mayInbox(ctx, sources[i].Inbox) {
				all = append(all, sourceOf(&sources[i]))
			}
		}
		return answer(all), failed(err, "en")
	})
	a.named(api, "/inboxes/{name}/pause", "Pause an inbox", func(s Store, ctx context.Context, by, name string) error {
		return s.Control.Pause(ctx, by, inboxPause(ctx, s, name))
	})
	a.named(api, "/inboxes/{name}/resume", "End the pause of an inbox", func(s Store, ctx context.Context, by, name string) error {
		return s.Control.Resume(ctx, by, inboxPause(ctx, s, name))
	})
	a.named(api, "/sources/{name}/poll", "Poll a source now", func(s Store, ctx context.Context, by, name string) error {
		if !mayPoll(ctx, s, name) {
			return huma.Error404NotFound("there is no such source")
		}
		return s.Control.Poll(ctx, by, name)
	})
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/records", "Search records"), a.search)
	huma.Register(api, operation(access.Viewer, access.Read, http.MethodGet, "/records/{kind}/{id}", "Get one record"), a.record)
}

// inboxPause returns the name of an inbox for a pause; that of none where there is no such inbox.
func inboxPause(ctx context.Context, s Store, name string) string {
	for _, in := range s.Status.Inboxes() {
		if in.Name == name && mayInbox(ctx, name) {
			return in.Pause
		}
	}
	return ""
}

// mayPoll reports whether a request may poll a source: who may not put files into its inbox may not.
func mayPoll(ctx context.Context, s Store, name string) bool {
	if access.Of(ctx).Token == nil {
		return true
	}
	sources, err := s.Status.Sources(ctx)
	return err == nil && slices.ContainsFunc(sources, func(source pages.Source) bool { return source.Name == name && mayInbox(ctx, source.Inbox) })
}

// named registers an act on something that has a name. Doing it again changes nothing.
func (a *API) named(api huma.API, path, summary string, do func(s Store, ctx context.Context, by, name string) error) {
	huma.Register(api, operation(access.Operator, access.Run, http.MethodPost, path, summary), func(ctx context.Context, in *namedInput) (*struct{}, error) {
		s, err := a.store(ctx, in.Of)
		if err != nil {
			return nil, err
		}
		return nil, failed(do(s, ctx, access.Of(ctx).Name, in.Name), in.lang())
	})
}

// everywhere refuses a token that is not for all inboxes: records are of none.
func everywhere(ctx context.Context) error {
	if token := access.Of(ctx).Token; token != nil && !token.Everywhere() {
		return huma.Error403Forbidden("this needs a token for all inboxes")
	}
	return nil
}

func (a *API) search(ctx context.Context, in *searchInput) (*body[Records], error) {
	if err := everywhere(ctx); err != nil {
		return nil, err
	}
	s, err := a.store(ctx, in.Of)
	if err != nil {
		return nil, err
	}
	found, err := s.Records.Search(ctx, in.Query, in.Limit)
	if err != nil {
		return nil, failed(err, "en")
	}
	out := Records{Records: []Record{}, Whole: found.Whole}
	for i := range found.Records {
		out.Records = append(out.Records, recordOf(&found.Records[i]))
	}
	return answer(out), nil
}

func (a *API) record(ctx context.Context, in *recordInput) (*body[Record], error) {
	if err := everywhere(ctx); err != nil {
		return nil, err
	}
	s, err := a.store(ctx, in.Of)
	if err != nil {
		return nil, err
	}
	for _, kind := range crm.Kinds {
		if string(kind) != in.Kind {
			continue
		}
		found, err := s.Reader.Records(ctx, kind, []string{in.ID})
		if err != nil {
			return nil, failed(err, "en")
		}
		if len(found) > 0 {
			return answer(recordOf(&found[0])), nil
		}
	}
	return nil, huma.Error404NotFound("there is no such record")
}
