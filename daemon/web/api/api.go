package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/cards"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/incoming"
	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Settings are what the API serves.
type Settings struct {
	Version  string
	Stores   func() []string // as they are now; a request that names none is about the first
	Open     func(store string) Store
	Arrivals Arrivals // what programs send
	Gate     *incoming.Gate
	Stopping <-chan struct{} // closed when streams are to end
}

// Store is what the API of one store reads and does.
type Store struct {
	pages.Store
	Records cards.Reader
}

// API serves the JSON API.
type API struct{ Settings }

// New returns the API.
func New(s Settings) *API { return &API{s} }

// base is the address of this version.
const base = "/api/v1"

// Handle adds the API to a mux. Its description is made of the operations that are added here.
func (a *API) Handle(mux *http.ServeMux) {
	config := huma.DefaultConfig("inlet", a.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/openapi", "", ""
	config.CreateHooks = nil // no links to schemas in every answer
	config.Info.Description = "Imports of workbooks into the store: what came in, what waits, what is to be done."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"password": {Type: "http", Scheme: "basic", Description: "A login of the web configuration."},
		"token":    {Type: "http", Scheme: "bearer", Description: "A token of inlet token create, or of the page Settings."},
	}
	described := http.NewServeMux()
	api := humago.New(described, config)
	a.imports(api)
	a.acts(api)
	a.inboxes(api)
	(&sending{a}).handle(api)
	mux.Handle("/api/", described)
}

// operation describes an operation and who may ask for it: people with a role, and programs whose token has a verb.
func operation(role access.Role, verb, method, path, summary string) huma.Operation {
	need := func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		switch who := access.Of(r.Context()); {
		case who.Token != nil && !who.Token.May(verb):
			refuse(ctx, http.StatusForbidden, "this needs a token with the verb "+verb)
		case who.Token != nil:
			next(ctx)
		case who.Role == access.Nobody:
			w.Header().Set("WWW-Authenticate", `Basic realm="inlet"`)
			w.Header().Add("WWW-Authenticate", `Bearer realm="inlet"`)
			refuse(ctx, http.StatusUnauthorized, "a login is required")
		case !who.May(role):
			refuse(ctx, http.StatusForbidden, "this needs the role "+role.String())
		default:
			next(ctx)
		}
	}
	return huma.Operation{Method: method, Path: base + path, Summary: summary, Description: "Needs the role " + role.String() + ", or a token with the verb " + verb + ".", Security: login,
		Errors: []int{401, 403, 404, 409, 503}, Middlewares: huma.Middlewares{need}, OperationID: strings.ToLower(method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(path)}
}

// login is how an operation can be asked for.
var login = []map[string][]string{{"password": {}}, {"token": {}}}

func refuse(ctx huma.Context, code int, text string) {
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(code)
	_ = message.NewEncoder(ctx.BodyWriter()).Encode(huma.ErrorModel{Title: http.StatusText(code), Status: code, Detail: text}) // an error: the client has gone
}

// Of names the store that a request is about.
type Of struct {
	Store string `query:"store" doc:"the name of the store, where there are several; by default the first"`
}

// Reader is the language of who asks.
type Reader struct {
	Language string `header:"Accept-Language"`
}

func (r Reader) lang() string {
	if len(r.Language) >= 2 && r.Language[:2] == message.Swedish {
		return message.Swedish
	}
	return "en"
}

// store returns the store that a request names. A token is of one store, and for it there are no others.
func (a *API) store(ctx context.Context, of Of) (Store, error) {
	names := a.Stores()
	if token := access.Of(ctx).Token; token != nil {
		names = slices.DeleteFunc(names, func(name string) bool { return name != token.Store })
	}
	if of.Store == "" && len(names) > 0 {
		return a.Open(names[0]), nil
	}
	for _, name := range names {
		if name == of.Store {
			return a.Open(name), nil
		}
	}
	return Store{}, huma.Error404NotFound("there is no such store, or it has not been opened yet")
}

// one returns an import and its store.
func (a *API) one(ctx context.Context, of Of, id string) (Store, ledger.Import, error) {
	s, err := a.store(ctx, of)
	if err != nil {
		return s, ledger.Import{}, err
	}
	imp, ok, err := s.Reader.Import(ctx, id)
	if err == nil && (!ok || !mayInbox(ctx, imp.Inbox)) {
		err = huma.Error404NotFound("there is no such import")
	}
	return s, imp, failed(err, "en")
}

// mayInbox reports whether a request may be about an inbox. For a token the others do not exist.
func mayInbox(ctx context.Context, inbox string) bool {
	token := access.Of(ctx).Token
	return token == nil || token.For(inbox)
}

// failed turns an error into an answer: the store's is 503, so that a program tries again; any other is about what was asked.
func failed(err error, lang string) error {
	if err == nil || errors.As(err, new(huma.StatusError)) {
		return err
	}
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return huma.Error409Conflict(report.Refused(refusal, lang))
	}
	if ledger.IsTemporary(err) || errors.Is(err, frame.ErrNoStore) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return huma.Error503ServiceUnavailable("the store does not answer")
	}
	return huma.Error409Conflict(err.Error())
}

// body is an answer.
type body[T any] struct{ Body T }

func answer[T any](v T) *body[T] { return &body[T]{v} }
