package frame

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"inlet.example/inlet/daemon/web/words"
)

// textPage is a page of a few sentences.
type textPage struct {
	Base
	Text, Back string
}

// problem shows an error: what is at fault, that nothing is lost, what to do.
func (f *Frame) problem(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, ErrNotFound):
		f.fail(w, r, http.StatusNotFound, "There is nothing here", "The import or record may have been removed, or the address is incomplete.")
	case r.Context().Err() != nil: // the client has gone
	case errors.As(err, new(*forPerson)):
		f.failText(w, r, http.StatusConflict, words.Say(words.LanguageOf(r), "That was not possible"), err.Error())
	default:
		f.Log.LogAttrs(r.Context(), slog.LevelWarn, "Page cannot be shown", slog.String("path", r.URL.Path), slog.Any("error", err))
		f.fail(w, r, http.StatusServiceUnavailable, "The database does not answer right now",
			"Nothing is lost. Files that arrive wait in their inboxes and are imported as soon as it answers.")
	}
}

func (f *Frame) fail(w http.ResponseWriter, r *http.Request, code int, title, text string) {
	lang := words.LanguageOf(r)
	f.failText(w, r, code, words.Say(lang, title), words.Say(lang, text))
}

func (f *Frame) failText(w http.ResponseWriter, r *http.Request, code int, title, text string) {
	f.Draw(w, r, code, "error", textPage{Base: Base{Title: title, Path: r.URL.RequestURI()}, Text: text})
}

// askLogin sends a browser to the page that asks for a name and a password.
func (f *Frame) askLogin(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.Header.Get("Hx-Request") != "" {
		http.Error(w, words.Say(words.LanguageOf(r), "Log in first"), http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, "/login?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
}

func (f *Frame) login(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("once"); token != "" {
		if f.Access.UseLink(w, r, token) {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		f.drawLogin(w, r, http.StatusForbidden, "The link in the log has been used or is not complete. A restart of inlet writes a new one.")
		return
	}
	f.drawLogin(w, r, http.StatusOK, "")
}

func (f *Frame) drawLogin(w http.ResponseWriter, r *http.Request, code int, text string) {
	lang := words.LanguageOf(r)
	data := textPage{Base: Base{Title: words.Say(lang, "Log in"), Path: "/login"}, Back: ourPath(r.FormValue("back"))}
	if text != "" {
		data.Text = words.Say(lang, text)
	}
	f.Draw(w, r, code, "login", data)
}

func (f *Frame) enter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	ok, wait := f.Access.Login(w, r, r.FormValue("u"), r.FormValue("p"))
	switch {
	case wait > 0:
		f.drawLogin(w, r, http.StatusTooManyRequests, "Too many failed logins. Wait ten seconds and try again.")
	case !ok:
		f.drawLogin(w, r, http.StatusUnauthorized, "The name or the password is wrong.")
	default:
		http.Redirect(w, r, ourPath(r.FormValue("back")), http.StatusSeeOther)
	}
}

func (f *Frame) logout(w http.ResponseWriter, r *http.Request) {
	f.Access.Logout(w, r)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}
