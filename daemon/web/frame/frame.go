package frame

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/assets"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/message"
)

//go:embed templates
var own embed.FS

// Settings are what a frame is made of.
type Settings struct {
	Access    *access.Access
	Log       *slog.Logger
	Now       func() time.Time
	Stores    func() []string            // the stores that can be looked at, as they are now
	Side      func(r *http.Request) Side // what the side of every page shows
	Templates []fs.FS                    // of the pages, in folders called templates
}

// Side is what the side of every page shows.
type Side struct {
	Waiting, Queued int
	Unready         bool // the database does not answer
}

// Frame draws and guards pages. It is safe for concurrent use.
type Frame struct {
	Settings
	templates map[string]*template.Template // by language
}

// New returns a frame. A template that cannot be read is a mistake of the program.
func New(s Settings) *Frame {
	if s.Now == nil {
		s.Now = time.Now
	}
	f := &Frame{Settings: s, templates: map[string]*template.Template{}}
	for _, lang := range words.Languages {
		set := template.New("").Funcs(functions(lang))
		for _, from := range append([]fs.FS{own}, s.Templates...) {
			add(set, template.Must(template.New("").Funcs(functions(lang)).ParseFS(from, "templates/*.html")))
		}
		f.templates[lang] = set
	}
	return f
}

// add adds the templates of a package to a set. Two of one name are a mistake of the program: one would be drawn in place of the other.
func add(set, more *template.Template) {
	for _, t := range more.Templates() {
		if t.Tree == nil || strings.HasSuffix(t.Name(), ".html") {
			continue // a file around its definitions
		}
		if set.Lookup(t.Name()) != nil {
			panic("two templates are called " + t.Name())
		}
		template.Must(set.AddParseTree(t.Name(), t.Tree))
	}
}

// Base is what every page has; a page's data embeds it.
type Base struct {
	Title, Way, Path, Query string // Way is the address of the entry in the menu that the page belongs to
	Person                  access.Person
	Side
	Live      bool // a reader without scripts loads the page again every five seconds
	Notice    *Notice
	Stores    []string // to switch between, where there are several
	StoreName string
}

// Notice is a sentence at the top of a page.
type Notice struct{ Tone, Text string }

// Who returns the person who asks.
func (b Base) Who() access.Person { return b.Person }

// Base returns what a page has around it.
func (f *Frame) Base(r *http.Request, title, way string) Base {
	b := Base{Title: title, Way: way, Path: r.URL.RequestURI(), Person: access.Of(r.Context()), Side: f.Side(r)}
	if names := f.Stores(); len(names) > 1 {
		b.Stores, b.StoreName = names, f.Store(r)
	}
	return b
}

// Draw draws a template whole and sends it.
func (f *Frame) Draw(w http.ResponseWriter, r *http.Request, code int, name string, data any) {
	var b bytes.Buffer
	lang := words.LanguageOf(r)
	if err := f.templates[lang].ExecuteTemplate(&b, name, data); err != nil {
		f.Log.LogAttrs(r.Context(), slog.LevelError, "Page cannot be drawn", slog.String("page", name), slog.Any("error", err))
		http.Error(w, "the page cannot be drawn; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes()) // an error: the client has gone
}

// Page answers a request. What it returns is shown as a page of its own.
type Page func(w http.ResponseWriter, r *http.Request) error

// MaxForm is how many bytes of a form are read, uploads apart.
const MaxForm = 64 << 10

// Serve returns the handler of a page for people with a role. The form of a POST has been read.
func (f *Frame) Serve(role access.Role, h Page) http.Handler {
	return f.ServeUpload(role, func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
			if err := r.ParseForm(); err != nil {
				f.fail(w, r, http.StatusBadRequest, "The form could not be read", "Go back and try again.")
				return nil
			}
		}
		return h(w, r)
	})
}

// ServeUpload is Serve for a page that reads the body itself.
func (f *Frame) ServeUpload(role access.Role, h Page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := access.Of(r.Context())
		switch {
		case who.Role == access.Nobody:
			f.askLogin(w, r)
			return
		case !who.May(role):
			f.fail(w, r, http.StatusForbidden, "This is not for you", "Your login may not do this. Whoever runs inlet can give it another role.")
			return
		}
		if err := h(w, r); err != nil {
			f.problem(w, r, err)
		}
	})
}

// Handle adds what the frame itself serves to a mux.
func (f *Frame) Handle(mux *http.ServeMux) {
	mux.HandleFunc("GET "+assets.Prefix, assets.Serve)
	mux.HandleFunc("GET /login", f.login)
	mux.HandleFunc("POST /login", f.enter)
	mux.HandleFunc("POST /logout", f.logout)
	mux.HandleFunc("POST /language", f.language)
	mux.HandleFunc("POST /store", f.choose)
}

// storeCookie keeps which store a person looks at.
const storeCookie = "inlet-store"

// Store returns the store that a request is about: the one that was chosen, otherwise the first; "" while there is none.
func (f *Frame) Store(r *http.Request) string {
	names := f.Stores()
	if cookie, err := r.Cookie(storeCookie); err == nil && slices.Contains(names, cookie.Value) {
		return cookie.Value
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// choose keeps which store a person looks at.
func (f *Frame) choose(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	f.Switch(w, r.FormValue("store"))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// Switch has the pages show a store from now on, where there are several.
func (f *Frame) Switch(w http.ResponseWriter, name string) {
	if names := f.Stores(); len(names) > 1 && slices.Contains(names, name) {
		http.SetCookie(w, &http.Cookie{Name: storeCookie, Value: name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// language keeps the language that a person has switched to.
func (f *Frame) language(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	if to := r.FormValue("to"); words.Known(to) {
		http.SetCookie(w, &http.Cookie{Name: words.Cookie, Value: to, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, ourPath(r.FormValue("back")), http.StatusSeeOther)
}

// ourPath returns a path of these pages to go back to; "/" for anything else, such as the address of another site.
func ourPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}

// Errors of pages.
var (
	ErrNotFound = errors.New("not found")                             // what the page is about does not exist
	ErrNoStore  = message.Errorf("the store has not been opened yet") // nothing can be read now
)

// forPerson is an error whose text a person can act on.
type forPerson struct{ cause error }

func (e *forPerson) Error() string { return e.cause.Error() }
func (e *forPerson) Unwrap() error { return e.cause }

// ForPerson returns an error whose text is shown to the person as it is.
func ForPerson(err error) error { return &forPerson{err} }
