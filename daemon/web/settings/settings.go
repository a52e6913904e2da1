// Package settings draws the page of settings: the configuration with where each value came from, who may open the pages, the tokens of programs, who did what,
// and a test of mail and webhooks. Everybody may read the configuration; the rest is for administrators.
//
// # Why the configuration is only shown
//
// It is a file, which its owner keeps with others of the kind, checks and restores. A page that wrote it would fight with that.
//
// # Why the secret of a token is part of the answer to the form
//
// It is shown once. A page to be redirected to would have to keep it somewhere in between.
package settings

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
	stored "inlet.example/inlet/pipeline/store/settings"
)

// Templates are the pages' own.
//
//go:embed templates
var Templates embed.FS

// Office has who may do what in a store, and who did what. An error is for the person.
type Office interface {
	Tokens(ctx context.Context) ([]stored.APIToken, error)
	CreateToken(ctx context.Context, t stored.APIToken) (secret string, err error)
	RevokeToken(ctx context.Context, by, name string) error
	Audit(ctx context.Context, before string, limit int) ([]audit.Kept, error)
	Note(ctx context.Context, e audit.Entry, do func() error) error // keeps an entry, and calls do
}

// Value is a value of the configuration, without its secrets. File is "" for a default; Label is the variable or the flag that set it.
type Value struct {
	Key, Value, File, Label string
	Line                    int
}

// Login is a person who may open the pages.
type Login struct {
	Name string
	Role access.Role
}

// Site is what the daemon was configured with.
type Site struct {
	Values  func() []Value
	Logins  func() ([]Login, error)
	Inboxes func(store string) []string
	Test    func(ctx context.Context, lang string) (lines []string, wrong bool) // sends a test by mail and webhooks
	NoLogin bool
}

// Pages draws the page of settings. It is safe for concurrent use.
type Pages struct {
	frame *frame.Frame
	site  Site
	open  func(store string) Office
}

// New returns the page of settings within a frame. open returns the office of a store.
func New(f *frame.Frame, site Site, open func(store string) Office) *Pages {
	return &Pages{f, site, open}
}

// Handle adds the page to a mux.
func (p *Pages) Handle(mux *http.ServeMux) {
	mux.Handle("GET /settings", p.frame.Serve(access.Viewer, p.values))
	for path, h := range map[string]frame.Page{
		"GET /settings/logins": p.logins, "GET /settings/tokens": p.tokens, "POST /settings/tokens": p.createToken, "POST /settings/tokens/revoke": p.revokeToken,
		"GET /settings/audit": p.audit, "GET /settings/test": p.test, "POST /settings/test": p.doTest,
	} {
		mux.Handle(path, p.frame.Serve(access.Admin, h))
	}
}

type tab struct {
	URL, Text string
	Current   bool
}

// page is what every part of the page has.
type page struct {
	frame.Base
	Lead string
	Tabs []tab
}

// parts are the tabs: address, text, what it is about, and who may open it.
var parts = []struct {
	url, text, lead string
	role            access.Role
}{
	{"/settings", "Configuration", "What inlet was started with, and where each value came from. It is changed in the file.", access.Viewer},
	{"/settings/logins", "Users and roles", "Who may open these pages, and what each may do.", access.Admin},
	{"/settings/tokens", "Tokens", "Tokens let programs use the API, in some inboxes and until some day.", access.Admin},
	{"/settings/audit", "Who did what", "What was done on the pages, by the API and with commands.", access.Admin},
	{"/settings/test", "Test", "Everybody whom inboxes notify gets a test, by the mail server and the webhooks of the configuration.", access.Admin},
}

func (p *Pages) page(r *http.Request, url string) page {
	lang := words.LanguageOf(r)
	data := page{Base: p.frame.Base(r, words.Say(lang, "Settings"), "/settings")}
	for _, part := range parts {
		if data.Person.May(part.role) {
			data.Tabs = append(data.Tabs, tab{part.url, words.Say(lang, part.text), part.url == url})
		}
		if part.url == url {
			data.Lead = words.Say(lang, part.lead)
		}
	}
	return data
}

// valueRow is a value as it is drawn.
type valueRow struct {
	Key, Value, From string
	Set              bool
}

// group is the values of one part of the configuration.
type group struct {
	Name   string
	Values []valueRow
	Open   bool // something in it is no default
}

type valuesPage struct {
	page
	Groups []group
}

func (p *Pages) values(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	data := valuesPage{page: p.page(r, "/settings")}
	for _, v := range p.site.Values() {
		name, _, _ := strings.Cut(v.Key, ".")
		if n := len(data.Groups); n == 0 || data.Groups[n-1].Name != name {
			data.Groups = append(data.Groups, group{Name: name})
		}
		row := valueRow{Key: v.Key, Value: message.PlainLines(v.Value), Set: v.File != "" || v.Label != "", From: words.Say(lang, "default")}
		switch {
		case v.Label != "":
			row.From = v.Label
		case row.Set && v.Line > 0:
			row.From = message.Plain(filepath.Base(v.File)) + ":" + strconv.Itoa(v.Line)
		case row.Set:
			row.From = message.Plain(v.File)
		}
		g := &data.Groups[len(data.Groups)-1]
		g.Values, g.Open = append(g.Values, row), g.Open || row.Set
	}
	p.frame.Draw(w, r, http.StatusOK, "settings", data)
	return nil
}

type loginsPage struct {
	page
	NoLogin bool
	Logins  []loginRow
}

type loginRow struct{ Name, Role, May string }

func (p *Pages) logins(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	data := loginsPage{page: p.page(r, "/settings/logins"), NoLogin: p.site.NoLogin}
	logins, err := p.site.Logins()
	if err != nil {
		return frame.ForPerson(err)
	}
	for _, l := range logins {
		data.Logins = append(data.Logins, loginRow{message.Plain(l.Name), words.Say(lang, l.Role.String()), mayOf(lang, l.Role)})
	}
	p.frame.Draw(w, r, http.StatusOK, "logins", data)
	return nil
}

// mayOf says what a role may do.
func mayOf(lang string, role access.Role) string {
	switch role {
	case access.Viewer:
		return words.Say(lang, "Reads every page.")
	case access.Operator:
		return words.Say(lang, "Reads every page, uploads, approves, discards, undoes, cancels and pauses.")
	case access.Admin:
		return words.Say(lang, "May do everything.")
	}
	return words.Say(lang, "Reads the metrics, and no page.")
}

type tokensPage struct {
	page
	Tokens        []tokenRow
	Inboxes       []string
	Verbs         []verb
	Secret, Named string // of the token that was created just now
}

type tokenRow struct {
	Name, Inboxes, Verbs, By, Created, Expires string
	Over                                       bool
}

type verb struct{ Verb, Text string }

// verbs are what a token may allow, with what that means.
var verbs = []verb{
	{access.Read, "Look at imports, inboxes and sources"}, {access.Upload, "Send workbooks"}, {access.Decide, "Approve, discard and tick off"},
	{access.Undo, "Undo imports"}, {access.Run, "Cancel, pause, resume and poll"},
}

func (p *Pages) tokens(w http.ResponseWriter, r *http.Request) error {
	return p.drawTokens(w, r, http.StatusOK, tokensPage{page: p.page(r, "/settings/tokens")})
}

func (p *Pages) drawTokens(w http.ResponseWriter, r *http.Request, code int, data tokensPage) error {
	lang, store := words.LanguageOf(r), p.frame.Store(r)
	all, err := p.open(store).Tokens(r.Context())
	if err != nil {
		return err
	}
	for i := range all {
		t := &all[i]
		row := tokenRow{Name: message.Plain(t.Name), Inboxes: strings.Join(t.Inboxes, ", "), Verbs: strings.Join(t.Verbs, ", "), By: words.Who(lang, t.By), Created: words.When(lang, p.frame.Now(), t.Created),
			Expires: words.When(lang, p.frame.Now(), t.Expires), Over: t.Over(p.frame.Now())}
		if slices.Contains(t.Inboxes, stored.AllInboxes) {
			row.Inboxes = words.Say(lang, "all")
		}
		data.Tokens = append(data.Tokens, row)
	}
	data.Inboxes = p.site.Inboxes(store)
	for _, v := range verbs {
		data.Verbs = append(data.Verbs, verb{v.Verb, words.Say(lang, v.Text)})
	}
	p.frame.Draw(w, r, code, "tokens", data)
	return nil
}

// createToken creates a token of what the form says, and shows its secret.
func (p *Pages) createToken(w http.ResponseWriter, r *http.Request) error {
	lang, f := words.LanguageOf(r), r.PostForm
	days, _ := strconv.Atoi(f.Get("days")) // what is no number is refused as 0 days
	known := append(p.site.Inboxes(p.frame.Store(r)), stored.AllInboxes)
	t := stored.APIToken{Name: strings.TrimSpace(f.Get("name")), By: access.Of(r.Context()).Name, Expires: p.frame.Now().UTC().Add(time.Duration(min(max(days, 0), 10_000)) * 24 * time.Hour).Truncate(time.Second)}
	for _, name := range f["inbox"] {
		if slices.Contains(known, name) {
			t.Inboxes = append(t.Inboxes, name)
		}
	}
	for _, verb := range f["verb"] {
		if slices.Contains(access.Verbs, verb) {
			t.Verbs = append(t.Verbs, verb)
		}
	}
	data := tokensPage{page: p.page(r, "/settings/tokens")}
	secret, err := p.open(p.frame.Store(r)).CreateToken(r.Context(), t)
	if text := tokenMistake(err); text != "" {
		data.Notice = &frame.Notice{Tone: "red", Text: words.Say(lang, text)}
		return p.drawTokens(w, r, http.StatusUnprocessableEntity, data)
	}
	if err != nil {
		return err
	}
	data.Secret, data.Named = secret, message.Plain(t.Name)
	return p.drawTokens(w, r, http.StatusOK, data)
}

// tokenMistake says what is wrong with what was written; "" for an error of the surroundings.
func tokenMistake(err error) string {
	for _, known := range []struct {
		is   error
		text string
	}{
		{stored.ErrTokenName, "The name has 1 to 60 letters, digits, spaces, dots, hyphens and underscores."},
		{stored.ErrTokenExists, "There is a token of this name. Revoke it first, or choose another name."},
		{stored.ErrTokenScope, "Choose at least one inbox, and at least one thing that the program may do."},
		{stored.ErrTokenTime, "Tokens expire after 1 day at the earliest, and after 730 days at the latest."},
	} {
		if errors.Is(err, known.is) {
			return known.text
		}
	}
	return ""
}

func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	name := r.PostForm.Get("name")
	all, err := p.open(p.frame.Store(r)).Tokens(r.Context())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(t stored.APIToken) bool { return t.Name == name }) {
		return frame.ErrNotFound
	}
	if err := p.open(p.frame.Store(r)).RevokeToken(r.Context(), access.Of(r.Context()).Name, name); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/tokens", http.StatusSeeOther)
	return nil
}

type auditPage struct {
	page
	Entries []entryRow
	Older   string
}

type entryRow struct{ When, Who, What, Of, URL, Inbox, Failed string }

func (p *Pages) audit(w http.ResponseWriter, r *http.Request) error {
	const most = 50
	lang := words.LanguageOf(r)
	data := auditPage{page: p.page(r, "/settings/audit")}
	all, err := p.open(p.frame.Store(r)).Audit(r.Context(), r.URL.Query().Get("before"), most+1)
	if err != nil {
		return err
	}
	for i := range all {
		if i == most {
			data.Older = "/settings/audit?before=" + all[most-1].ID
			break
		}
		e := &all[i].Entry
		row := entryRow{When: words.When(lang, p.frame.Now(), e.At), Who: words.Who(lang, e.Who), What: report.Act(e.What, lang), Of: message.Plain(e.Of), Inbox: message.Plain(e.Inbox), Failed: message.Plain(e.Failed)}
		if e.Import != "" {
			row.Of, row.URL = message.Plain(e.Import), "/imports/"+e.Import
		}
		data.Entries = append(data.Entries, row)
	}
	p.frame.Draw(w, r, http.StatusOK, "audit", data)
	return nil
}

type testPage struct {
	page
	Lines []testLine
	Did   bool
}

type testLine struct {
	Text  string
	Wrong bool
}

func (p *Pages) test(w http.ResponseWriter, r *http.Request) error {
	p.frame.Draw(w, r, http.StatusOK, "test", testPage{page: p.page(r, "/settings/test")})
	return nil
}

// testTime is how long a server may take that does not answer.
const testTime = 25 * time.Second

// doTest sends a test, and shows what came of it.
func (p *Pages) doTest(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	data := testPage{page: p.page(r, "/settings/test"), Did: true}
	err := p.open(p.frame.Store(r)).Note(r.Context(), audit.Entry{Who: access.Of(r.Context()).Name, What: audit.Test}, func() error {
		ctx, cancel := context.WithTimeout(r.Context(), testTime)
		defer cancel()
		lines, wrong := p.site.Test(ctx, lang)
		bad := 0
		for _, line := range lines {
			is := strings.HasPrefix(line, "WRONG") || strings.HasPrefix(line, "FEL")
			if is {
				bad++
			}
			data.Lines = append(data.Lines, testLine{message.Plain(strings.TrimSpace(line[min(len(line), 6):])), is})
		}
		if wrong {
			return fmt.Errorf("%d of %d failed", bad, len(lines))
		}
		return nil
	})
	if err != nil && len(data.Lines) == 0 {
		return err
	}
	p.frame.Draw(w, r, http.StatusOK, "test", data)
	return nil
}
