package pages

import (
	"embed"
	"net/http"
	"sync"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
)

//go:embed templates
var Templates embed.FS

// Store is what the pages of one store are drawn from.
type Store struct {
	Reader  Reader
	Lists   Lists
	Status  Status
	Control Control
	Ticker  Ticker
}

// Pages draws the pages of one store.
type Pages struct {
	Store
	frame *frame.Frame
	shown shared
}

// Choice draws the pages of the store that a person has chosen, never a mixture of several. It is safe for concurrent use.
type Choice struct {
	frame *frame.Frame
	open  func(store string) Store

	mu    sync.Mutex
	pages map[string]*Pages
}

// New returns the pages of the stores of a frame. open returns what those of one store are drawn from.
func New(f *frame.Frame, open func(store string) Store) *Choice {
	return &Choice{frame: f, open: open, pages: map[string]*Pages{}}
}

// of returns the pages of the store that a request is about.
func (c *Choice) of(r *http.Request) *Pages {
	name := c.frame.Store(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pages[name] == nil {
		c.pages[name] = &Pages{Store: c.open(name), frame: c.frame}
	}
	return c.pages[name]
}

// Side returns what the side of every page shows of the store that a request is about.
func (c *Choice) Side(r *http.Request) frame.Side { return c.of(r).side(r) }

// act is a page of whichever store a request is about.
type act func(p *Pages, w http.ResponseWriter, r *http.Request) error

// Handle adds the pages to a mux.
func (c *Choice) Handle(mux *http.ServeMux) {
	for path, h := range map[string]act{
		"/{$}": (*Pages).overview, "/live": (*Pages).live, "/imports": (*Pages).imports, "/imports/{id}": (*Pages).importPage, "/imports/{id}/progress": (*Pages).progress,
		"/waiting": (*Pages).waiting, "/template.xlsx": (*Pages).template, "/imports/{id}/files/{file}": (*Pages).download,
	} {
		mux.Handle("GET "+path, c.serve(access.Viewer, h))
	}
	mux.Handle("GET /imports/{id}/undo", c.serve(access.Operator, (*Pages).undo))
	for path, h := range map[string]act{
		"/imports/{id}/undo": (*Pages).doUndo, "/imports/{id}/decide": (*Pages).decide, "/imports/{id}/cancel": (*Pages).cancel, "/imports/{id}/tick-off": (*Pages).tickOff,
		"/pause": (*Pages).pause, "/resume": (*Pages).resume, "/poll": (*Pages).poll,
	} {
		mux.Handle("POST "+path, c.serve(access.Operator, h))
	}
}

func (c *Choice) serve(role access.Role, h act) http.Handler {
	return c.frame.Serve(role, func(w http.ResponseWriter, r *http.Request) error { return h(c.of(r), w, r) })
}

// template sends the workbook to fill in.
func (p *Pages) template(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	body, err := p.Status.Template(lang)
	if err != nil {
		return err
	}
	frame.SendAs(w, words.Say(lang, "template")+".xlsx")
	_, _ = w.Write(body) // an error: the client has gone
	return nil
}
