package pages

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/access"
)

//go:embed templates
var files embed.FS

// Settings are what all pages have in common.
type Settings struct {
	Access *access.Access
	Log    *slog.Logger
	Now    func() time.Time
}

// Store is what the pages of one store are drawn from.
type Store struct {
	Reader  Reader
	Status  Status
	Control Control
}

// Pages draws the pages of one store. It is safe for concurrent use.
type Pages struct {
	Settings
	Store
	choice    *Choice
	templates map[string]*template.Template // by language
	cache     recent
}

// page answers a request. What it returns is shown as a page of its own.
type page func(w http.ResponseWriter, r *http.Request) error

// maxForm is how many bytes of a form are read, uploads apart.
const maxForm = 64 << 10

// serve returns the handler of a page for people with a role.
func (p *Pages) serve(role access.Role, h page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := access.Of(r.Context())
		switch {
		case who.Role == access.Nobody:
			p.askLogin(w, r)
			return
		case !who.May(role):
			p.fail(w, r, http.StatusForbidden, "This is not for you", "Your login may not do this. Whoever runs inlet can give it another role.")
			return
		}
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			if err := r.ParseForm(); err != nil {
				p.fail(w, r, http.StatusBadRequest, "The form could not be read", "Go back and try again.")
				return
			}
		}
		if err := h(w, r); err != nil {
			p.problem(w, r, err)
		}
	})
}

// notFound is the error of a page about something that does not exist.
var errNotFound = errors.New("not found")

// problem shows an error: what is at fault, that nothing is lost, what to do.
func (p *Pages) problem(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errNotFound):
		p.fail(w, r, http.StatusNotFound, "There is nothing here", "The import or record may have been removed, or the address is incomplete.")
	case r.Context().Err() != nil: // the client has gone
	case errors.As(err, new(*forPerson)):
		p.failText(w, r, http.StatusConflict, say(languageOf(r), "That was not possible"), err.Error())
	default:
		p.Log.LogAttrs(r.Context(), slog.LevelWarn, "Page cannot be shown", slog.String("path", r.URL.Path), slog.Any("error", err))
		p.fail(w, r, http.StatusServiceUnavailable, "The database does not answer right now",
			"Nothing is lost. Files that arrive wait in their inboxes and are imported as soon as it answers.")
	}
}

// forPerson is an error whose text a person can act on.
type forPerson struct{ cause error }

func (e *forPerson) Error() string { return e.cause.Error() }
func (e *forPerson) Unwrap() error { return e.cause }

func (p *Pages) fail(w http.ResponseWriter, r *http.Request, code int, title, text string) {
	lang := languageOf(r)
	p.failText(w, r, code, say(lang, title), say(lang, text))
}

func (p *Pages) failText(w http.ResponseWriter, r *http.Request, code int, title, text string) {
	data := struct {
		base
		Text string
	}{base: base{Title: title, Path: r.URL.RequestURI()}, Text: text}
	p.draw(w, r, code, "error", data)
}

// draw draws a template whole before anything is sent, so that an error is a page of its own.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request, code int, name string, data any) {
	var b bytes.Buffer
	lang := languageOf(r)
	if err := p.templates[lang].ExecuteTemplate(&b, name, data); err != nil {
		p.Log.LogAttrs(r.Context(), slog.LevelError, "Page cannot be drawn", slog.String("page", name), slog.Any("error", err))
		http.Error(w, "the page cannot be drawn; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes()) // an error: the client has gone
}

// base is what every page has.
type base struct {
	Title, Way, Path, Query string
	Person                  access.Person
	Waiting, Queued         int
	Unready, Live           bool
	Notice                  *notice
	Stores                  []string // to switch between, where there are several
	StoreName               string
}

// notice is a sentence at the top of a page.
type notice struct{ Tone, Text string }

func (b base) who() access.Person { return b.Person }

// frame returns what a page has around it.
func (p *Pages) frame(r *http.Request, title, way string) base {
	b := base{Title: title, Way: way, Path: r.URL.RequestURI(), Person: access.Of(r.Context())}
	if names := p.choice.names(); len(names) > 1 {
		b.Stores = names
		_, b.StoreName = p.choice.of(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	b.Unready = p.Status.Ready(ctx) != nil
	for _, in := range p.Status.Inboxes() {
		b.Queued += in.Waiting
	}
	if held, err := p.held(ctx); err == nil {
		b.Waiting = len(held)
	}
	return b
}

// askLogin shows the page that asks for a name and a password.
func (p *Pages) askLogin(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.Header.Get("Hx-Request") != "" {
		http.Error(w, say(languageOf(r), "Log in first"), http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, "/login?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
}

func (p *Pages) login(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("once"); token != "" {
		if p.Access.UseLink(w, r, token) {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		p.drawLogin(w, r, http.StatusForbidden, "The link in the log has been used or is not complete. A restart of inlet writes a new one.")
		return
	}
	p.drawLogin(w, r, http.StatusOK, "")
}

func (p *Pages) drawLogin(w http.ResponseWriter, r *http.Request, code int, text string) {
	lang := languageOf(r)
	data := struct {
		base
		Text, Back string
	}{base: base{Title: say(lang, "Log in"), Path: "/login"}, Back: ourPath(r.FormValue("back"))}
	if text != "" {
		data.Text = say(lang, text)
	}
	p.draw(w, r, code, "login", data)
}

func (p *Pages) enter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	ok, wait := p.Access.Login(w, r, r.FormValue("u"), r.FormValue("p"))
	switch {
	case wait > 0:
		p.drawLogin(w, r, http.StatusTooManyRequests, "Too many failed logins. Wait ten seconds and try again.")
	case !ok:
		p.drawLogin(w, r, http.StatusUnauthorized, "The name or the password is wrong.")
	default:
		http.Redirect(w, r, ourPath(r.FormValue("back")), http.StatusSeeOther)
	}
}

func (p *Pages) logout(w http.ResponseWriter, r *http.Request) {
	p.Access.Logout(w, r)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// language keeps the language that a person has switched to.
func (p *Pages) language(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if to := r.FormValue("to"); known(to) {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: to, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
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

// template sends the workbook to fill in.
func (p *Pages) template(w http.ResponseWriter, r *http.Request) error {
	lang := languageOf(r)
	body, err := p.Status.Template(lang)
	if err != nil {
		return err
	}
	sendHeaders(w, say(lang, "template")+".xlsx")
	_, err = w.Write(body)
	if err != nil {
		return nil // the client has gone
	}
	return nil
}

// sendHeaders makes a browser save what follows, whatever it is.
func sendHeaders(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plainName(name), url.PathEscape(name)))
}

// plainName returns the name of a file in ASCII, for browsers that read no other (RFC 6266).
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '/' {
			return '_'
		}
		return r
	}, name)
}
