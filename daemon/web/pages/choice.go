package pages

import (
	"html/template"
	"net/http"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/assets"
)

// storeCookie keeps which store a person looks at.
const storeCookie = "inlet-store"

// Choice draws the pages of the store that a person has chosen, never a mixture of several.
type Choice struct {
	settings  Settings
	names     func() []string
	open      func(name string) Store
	templates map[string]*template.Template // by language

	mu    sync.Mutex
	pages map[string]*Pages
}

// NewChoice returns the pages of some stores. names returns them as they are now, and open what one of them is drawn from.
func NewChoice(s Settings, names func() []string, open func(name string) Store) *Choice {
	if s.Now == nil {
		s.Now = time.Now
	}
	c := &Choice{settings: s, names: names, open: open, templates: map[string]*template.Template{}, pages: map[string]*Pages{}}
	for _, lang := range languages {
		c.templates[lang] = template.Must(template.New("").Funcs(functions(lang)).ParseFS(files, "templates/*.html"))
	}
	return c
}

// of returns the pages of the store that a request is about, and its name; the first store where none is chosen.
func (c *Choice) of(r *http.Request) (*Pages, string) {
	name := ""
	names := c.names()
	if len(names) > 0 {
		name = names[0]
	}
	if cookie, err := r.Cookie(storeCookie); err == nil && slices.Contains(names, cookie.Value) {
		name = cookie.Value
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pages[name] == nil {
		c.pages[name] = &Pages{Settings: c.settings, Store: c.open(name), choice: c, templates: c.templates}
	}
	return c.pages[name], name
}

// choose keeps which store a person looks at.
func (c *Choice) choose(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if to := r.FormValue("store"); slices.Contains(c.names(), to) {
		http.SetCookie(w, &http.Cookie{Name: storeCookie, Value: to, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// act is a page of whichever store a request is about.
type act func(p *Pages, w http.ResponseWriter, r *http.Request) error

// Handle adds the pages to a mux.
func (c *Choice) Handle(mux *http.ServeMux) {
	mux.HandleFunc("GET "+assets.Prefix, assets.Serve)
	for path, h := range map[string]func(*Pages, http.ResponseWriter, *http.Request){
		"GET /login": (*Pages).login, "POST /login": (*Pages).enter, "POST /logout": (*Pages).logout, "POST /language": (*Pages).language,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			p, _ := c.of(r)
			h(p, w, r)
		})
	}
	mux.HandleFunc("POST /store", c.choose)
	for path, h := range map[string]act{
		"/{$}": (*Pages).overview, "/live": (*Pages).live, "/imports": (*Pages).imports, "/imports/{id}": (*Pages).importPage, "/imports/{id}/progress": (*Pages).progress,
		"/waiting": (*Pages).waiting, "/template.xlsx": (*Pages).template, "/imports/{id}/files/{file}": (*Pages).download,
	} {
		mux.Handle("GET "+path, c.serve(access.Viewer, h))
	}
	mux.Handle("GET /imports/{id}/undo", c.serve(access.Operator, (*Pages).undo))
	for path, h := range map[string]act{
		"/imports/{id}/undo": (*Pages).doUndo, "/imports/{id}/decide": (*Pages).decide, "/imports/{id}/cancel": (*Pages).cancel, "/pause": (*Pages).pause, "/resume": (*Pages).resume, "/poll": (*Pages).poll,
	} {
		mux.Handle("POST "+path, c.serve(access.Operator, h))
	}
}

// serve returns the handler of a page for people with a role.
func (c *Choice) serve(role access.Role, h act) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := c.of(r)
		p.serve(role, func(w http.ResponseWriter, r *http.Request) error { return h(p, w, r) }).ServeHTTP(w, r)
	})
}
