package upload

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/incoming"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

//go:embed templates
var Templates embed.FS

// Way is the entry of the menu that the pages belong to.
const Way = "/import"

// Settings are what the pages are made of.
type Settings struct {
	Frame  *frame.Frame
	Keeper Keeper
	Most   int64 // bytes of a file
	Gate   *incoming.Gate
}

// Pages draws the pages of uploads. It is safe for concurrent use.
type Pages struct {
	Settings
	frame *frame.Frame
}

// New returns the pages.
func New(s Settings) *Pages {
	return &Pages{Settings: s, frame: s.Frame}
}

// Handle adds the pages to a mux.
func (p *Pages) Handle(mux *http.ServeMux) {
	mux.Handle("POST /import", p.frame.ServeUpload(access.Operator, p.receive))
	for path, h := range map[string]frame.Page{
		"GET /import": p.choose, "POST /import/{id}/discard": p.discard, "POST /imports/{id}/again": p.again,
	} {
		mux.Handle(path, p.frame.Serve(access.Operator, h))
	}
}

// One returns the upload that a request names. An upload of another person does not exist, except for an administrator.
func (p *Pages) One(r *http.Request) (uploads.Upload, error) {
	u, err := p.Keeper.Find(r.PathValue("id"))
	who := access.Of(r.Context())
	if errors.Is(err, uploads.ErrNone) || err == nil && u.Owner != who.Name && !who.May(access.Admin) {
		return u, frame.ErrNotFound
	}
	return u, err
}

// uploadRow is an upload in the list.
type uploadRow struct {
	ID, File, URL, When, Owner string
	State                      state
	Discard                    bool
}

// state is how something stands, in words, with a colour and an icon.
type state struct{ Tone, Icon, Text string }

type choosePage struct {
	frame.Base
	Inboxes []Inbox
	Inbox   string // that was chosen
	Most    int64
	TooBig  string
	Uploads []uploadRow
	Refused []refusedFile
}

// refusedFile is a file that was not kept, and why.
type refusedFile struct{ File, Why string }

func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	return p.drawChoose(w, r, http.StatusOK, nil)
}

func (p *Pages) drawChoose(w http.ResponseWriter, r *http.Request, code int, refused []refusedFile) error {
	lang, who := words.LanguageOf(r), access.Of(r.Context())
	data := choosePage{Base: p.frame.Base(r, words.Say(lang, "Import records"), Way), Inboxes: p.Keeper.Inboxes(), Most: p.Most, Refused: refused,
		TooBig: tooLarge(lang, p.Most)}
	for _, u := range p.Keeper.List(who.Name, who.May(access.Admin)) {
		row := uploadRow{ID: u.ID, File: message.Plain(u.Name), URL: "/import/" + u.ID, When: words.When(lang, p.frame.Now(), u.At), Discard: true}
		if u.Owner != who.Name {
			row.Owner = message.Plain(u.Owner)
		}
		switch u.State {
		case uploads.Unmapped:
			row.State = state{"grey", "field", words.Say(lang, "Columns not chosen")}
		case uploads.Mapped:
			row.State, row.URL = state{"grey", "clock", words.Say(lang, "Not imported yet")}, row.URL+"/plan"
		default:
			row.State, row.Discard = state{"green", "ok", words.Say(lang, "Handed over")}, false
		}
		data.Uploads = append(data.Uploads, row)
	}
	p.frame.Draw(w, r, code, "upload", data)
	return nil
}

func tooLarge(lang string, most int64) string {
	return fmt.Sprintf(words.Say(lang, "The file is too large: at most %s MB can be uploaded. A CSV file, or several smaller files, may do."), words.Number(lang, int(most>>20)))
}

// sentence says in the reader's language why an upload was not kept, with the status of the answer; "" for an error of the surroundings.
func (p *Pages) sentence(lang string, err error) (text string, code int) {
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return UpperFirst(report.Refused(refusal, lang)), http.StatusUnprocessableEntity
	}
	for _, known := range []struct {
		is   error
		text string
		code int
	}{
		{uploads.ErrName, "By its name this is not a workbook. Choose a file that ends in .xlsx, .xlsm, .csv or .tsv, and is not one that Excel writes beside an open workbook.", http.StatusBadRequest},
		{uploads.ErrEmpty, "The file is empty. Was it saved to its end?", http.StatusUnprocessableEntity},
		{uploads.ErrNoRows, "The workbook has no rows below its headings. Is it the right file?", http.StatusUnprocessableEntity},
		{columns.ErrWide, "The sheet has more than 300 columns, too many for a page: write a mapping by hand.", http.StatusUnprocessableEntity},
		{uploads.ErrFull, "There is no more room for uploads: import or remove some of those that wait, or ask whoever runs inlet.", http.StatusInsufficientStorage},
		{uploads.ErrNoRoom, "The disk of the inbox is full. Whoever runs inlet must make room.", http.StatusInsufficientStorage},
		{uploads.ErrStalled, "The upload was broken off: nothing more came. Try again.", http.StatusRequestTimeout},
		{uploads.ErrInbox, "This inbox takes no uploads. Choose another one.", http.StatusBadRequest},
		{uploads.ErrMoved, "It was imported already.", http.StatusConflict},
		{uploads.ErrGone, "The file of this import is no longer where it was archived. Upload it again if you have it.", http.StatusConflict},
		{uploads.ErrField, "The import adds a field, which only an administrator may do. Ask one to import this file, or choose the columns again.", http.StatusForbidden},
		{errTooMany, "Too many files at once. Choose at most 20.", http.StatusBadRequest},
		{errNoFile, "No file was chosen.", http.StatusBadRequest},
	} {
		if errors.Is(err, known.is) {
			return words.Say(lang, known.text), known.code
		}
	}
	if errors.Is(err, uploads.ErrTooLarge) {
		return tooLarge(lang, p.Most), http.StatusRequestEntityTooLarge
	}
	return "", 0
}

// AsPage returns the error of a page: what the person can do something about is shown as it is.
func (p *Pages) AsPage(lang string, err error) error {
	if text, _ := p.sentence(lang, err); text != "" {
		return frame.ForPerson(errors.New(text))
	}
	return err
}

// Redirect sends the browser to a page.
func Redirect(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// InboxOf returns the inbox of an upload.
func (p *Pages) InboxOf(u uploads.Upload) Inbox {
	all := p.Keeper.Inboxes()
	if i := slices.IndexFunc(all, func(in Inbox) bool { return in.Name == u.Inbox }); i >= 0 {
		return all[i]
	}
	return Inbox{Name: u.Inbox}
}

// discard removes an upload.
func (p *Pages) discard(w http.ResponseWriter, r *http.Request) error {
	u, err := p.One(r)
	if err != nil {
		return err
	}
	if err := p.Keeper.Discard(r.Context(), access.Of(r.Context()).Name, u); err != nil {
		return p.AsPage(words.LanguageOf(r), err)
	}
	return Redirect(w, r, Way)
}

// again makes an upload of the file of an import: the plan of it is looked at before anything is written.
func (p *Pages) again(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	u, err := p.Keeper.Repeat(r.Context(), access.Of(r.Context()).Name, p.frame.Store(r), r.PathValue("id"))
	if err != nil {
		return p.AsPage(lang, err)
	}
	return Redirect(w, r, Way+"/"+u.ID+"/plan")
}

type waitPage struct {
	frame.Base
	ID, File, Inbox string
}

// Wait shows an upload that is in its inbox, and goes on to its import as soon as there is one.
func (p *Pages) Wait(w http.ResponseWriter, r *http.Request, u uploads.Upload) error {
	id, err := p.Keeper.ImportOf(r.Context(), u)
	if err != nil {
		return err
	}
	if id != "" {
		p.frame.Switch(w, p.InboxOf(u).Store)
		if r.Header.Get("Hx-Request") != "" {
			w.Header().Set("Hx-Redirect", "/imports/"+id)
			w.WriteHeader(http.StatusOK)
			return nil
		}
		return Redirect(w, r, "/imports/"+id)
	}
	data := waitPage{Base: p.frame.Base(r, message.Plain(u.Name), Way), ID: u.ID, File: message.Plain(u.Name), Inbox: u.Inbox}
	data.Live = true
	p.frame.Draw(w, r, http.StatusOK, "handed", data)
	return nil
}
