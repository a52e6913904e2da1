package preview

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
)

type planPage struct {
	frame.Base
	ID, File, Lead, Back string
	Making               *progress
	Refused              string // why it cannot be imported
	Sentence, SentenceTo string
	Bar                  *wholeBar
	Held, Later, Adds    string
	Tabs                 []tab
	ListTitle            string
	Show                 planfile.List
	From                 int
	Rows                 []rowView
	Groups               []problemGroup
	Ambiguous            []ambiguousRow
	CanChoose            bool
	Filter               *filter
	Range                string
	First, Next          string // addresses
	Notes                []report.Note
	Digest, Import       string
	CanImport            bool
	Faulty               string // how many rows can be downloaded
	Corrects             string
}

// progress is how far a plan is made.
type progress struct{ Done, Total int }

// tab is a list of rows that can be looked at.
type tab struct {
	URL, Sign, Tone, Text string
	N                     int
	Current               bool
}

// ShowAmbiguous and ShowProblems report which form the list has.
func (d *planPage) ShowAmbiguous() bool { return d.Show == planfile.Unclear }

// ShowProblems reports whether the list is one of problems.
func (d *planPage) ShowProblems() bool {
	return d.Show == planfile.Rejected || d.Show == planfile.Notes
}

// filter narrows the rows of a list down.
type filter struct {
	Fields []option
	Text   string
}

// wholeBar is one bar for the whole file.
type wholeBar struct {
	Label string
	Width int
	Parts []barPart
}

type barPart struct {
	Tone     string
	X, Width int
}

// lists are the tabs, in their order.
var lists = []struct {
	list                   planfile.List
	sign, tone, text, long string
}{
	{planfile.Created, "+", "green", "To create", "Rows that are created"},
	{planfile.Updated, "~", "blue", "To update", "Rows that are updated"},
	{planfile.Unchanged, "=", "", "Unchanged", "Rows that change nothing"},
	{planfile.Unclear, "?", "amber", "Ambiguous", "Ambiguous rows"},
	{planfile.Rejected, "!", "red", "To reject", "Rows that do not come in"},
	{planfile.Notes, "i", "", "With a remark", "Rows that come in with a remark"},
}

// Handle adds the pages to a mux.
func (p *Pages) Handle(mux *http.ServeMux) {
	for path, h := range map[string]frame.Page{
		"GET /import/{id}/plan": p.plan, "GET /import/{id}/progress": p.progress, "GET /import/{id}/rows": p.faulty, "POST /import/{id}/choices": p.keepChoices,
		"POST /import/{id}/again": p.again, "POST /import/{id}/import": p.doImport,
	} {
		mux.Handle(path, p.frame.Serve(access.Operator, h))
	}
}

// option is something to choose in a list.
type option struct {
	Value, Text string
	Chosen      bool
}

// plan shows what the import of an upload would do.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	switch u.State {
	case uploads.Unmapped:
		return upload.Redirect(w, r, "/import/"+u.ID)
	case uploads.Handing, uploads.Handed:
		return p.uploads.Wait(w, r, u)
	}
	return p.drawPlan(w, r, u, http.StatusOK, nil)
}

func (p *Pages) drawPlan(w http.ResponseWriter, r *http.Request, u uploads.Upload, code int, n *frame.Notice) error {
	lang := words.LanguageOf(r)
	plan, err := p.planner.Plan(r.Context(), u, lang)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	data := planPage{Base: p.frame.Base(r, words.Say(lang, "Preview")+" · "+message.Plain(u.Name), upload.Way), ID: u.ID, File: message.Plain(u.Name), Corrects: u.Corrects, Back: upload.Way}
	if u.Corrects == "" {
		data.Back = "/import/" + u.ID
	}
	if data.Notice = n; n == nil && plan.Changed {
		data.Notice = changed(lang)
	}
	if !plan.Ready {
		data.Live, data.Making = true, &progress{plan.Done, plan.Total}
		data.Lead = words.Say(lang, "The whole file is being looked through. Nothing is written.")
		p.frame.Draw(w, r, code, "plan", &data)
		return nil
	}
	if err := p.describe(r, u, &plan, &data); err != nil {
		return p.uploads.AsPage(lang, err)
	}
	p.frame.Draw(w, r, code, "plan", &data)
	return nil
}

// changed says that a plan is not the one that the person has seen.
func changed(lang string) *frame.Notice {
	return &frame.Notice{Tone: "amber", Text: words.Say(lang, "The plan has changed since you looked. This is what would happen now.")}
}

// progress answers with how far a plan is made. When it is, the page is loaded again and shows it.
func (p *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	var plan Plan
	moved := u.State == uploads.Handing || u.State == uploads.Handed
	if !moved {
		plan, err = p.planner.Plan(r.Context(), u, lang)
	}
	if err != nil || plan.Ready || moved {
		w.Header().Set("Hx-Refresh", "true")
		w.WriteHeader(http.StatusOK)
		return nil //nolint:nilerr // the page says it
	}
	p.frame.Draw(w, r, http.StatusOK, "making", progress{plan.Done, plan.Total})
	return nil
}

// describe fills in what a plan says.
func (p *Pages) describe(r *http.Request, u uploads.Upload, plan *Plan, data *planPage) error {
	lang, s := words.LanguageOf(r), &plan.Summary
	imp := &s.Import
	data.Digest = s.Digest
	data.Notes = report.Notes(imp, lang, report.Brief)
	if imp.State != ledger.Planned {
		data.Lead = words.Say(lang, "Nothing was written.")
		data.Refused = refusedText(lang, imp)
		return nil
	}
	data.Lead = fmt.Sprintf(words.Say(lang, "The whole file, %s rows. Nothing has been written yet."), words.Number(lang, s.Rows))
	chosen, known, err := p.choices(r, u)
	if err != nil {
		return err
	}
	p.sum(lang, s, data)
	if imp.Code != "" {
		data.Held = report.Because(imp, lang)
	}
	if plan.Adds != nil {
		data.Adds = fmt.Sprintf(words.Say(lang, "The import adds the field %s."), message.Quote(lang, plan.Adds.Label(lang)))
	}
	if plan.Later {
		data.Later = words.Say(lang, "Other imports have begun since this was looked through. Before anything is written it is looked through again.")
	}
	v := &rowsView{pages: p, request: r, lang: lang, upload: u, plan: plan, page: data, chosen: chosen, known: known}
	if v.schema, err = p.planner.Schema(r.Context(), u); err != nil {
		return err
	}
	return v.fill()
}

// choices returns what was chosen for ambiguous rows.
func (p *Pages) choices(r *http.Request, u uploads.Upload) (map[string]string, map[string]planfile.Row, error) {
	if u.Corrects != "" {
		return nil, nil, nil
	}
	return p.planner.Chosen(r.Context(), u)
}

// refusedText says why a file would not be imported.
func refusedText(lang string, imp *ledger.Import) string {
	if imp.Original() != "" {
		return fmt.Sprintf(words.Say(lang, "The same file with the same columns was imported already, as %s. Nothing would be written again."), message.Plain(imp.Original()))
	}
	return upload.UpperFirst(report.Because(imp, lang))
}

// sum says in a sentence and a bar what becomes of the rows, and what the button does.
func (p *Pages) sum(lang string, s *planfile.Summary, data *planPage) {
	n := func(l planfile.List) int { return s.Counts[l] }
	can, unclear, rejected := n(planfile.Created)+n(planfile.Updated)+n(planfile.Unchanged), n(planfile.Unclear), n(planfile.Rejected)
	number := func(n int) string { return words.Number(lang, n) }
	data.Sentence = fmt.Sprintf(words.Say(lang, "%s of %s rows can be imported now."), number(can), number(s.Rows))
	switch {
	case unclear > 0 && rejected > 0:
		data.SentenceTo = fmt.Sprintf(words.Say(lang, "%s are ambiguous and %s do not come in."), number(unclear), number(rejected))
	case unclear > 0:
		data.SentenceTo = fmt.Sprintf(words.Say(lang, "%s are ambiguous."), number(unclear))
	case rejected > 0:
		data.SentenceTo = fmt.Sprintf(words.Say(lang, "%s do not come in."), number(rejected))
	}
	if can > 0 && can == n(planfile.Unchanged) {
		data.SentenceTo = strings.TrimSpace(words.Say(lang, "Nothing would change: what they say is stored already.") + " " + data.SentenceTo)
	}
	data.CanImport = can > 0
	if faulty := unclear + rejected; faulty > 0 && data.Corrects == "" {
		data.Faulty = fmt.Sprintf(words.Say(lang, "Get the %s rows in Excel"), number(faulty))
	}
	data.Import = fmt.Sprintf(words.Say(lang, "Import %s rows"), number(can))
	if can == 1 {
		data.Import = words.Say(lang, "Import 1 row")
	}
	data.Bar = &wholeBar{Label: fmt.Sprintf(words.Say(lang, "%s created, %s updated, %s unchanged, %s ambiguous, %s rejected"), number(n(planfile.Created)), number(n(planfile.Updated)),
		number(n(planfile.Unchanged)), number(unclear), number(rejected))}
	const width, least = 1000, 6
	x := 0
	shown := 0
	for _, l := range lists[:5] {
		if n(l.list) > 0 {
			shown++
		}
	}
	for _, l := range lists[:5] {
		if c := n(l.list); c > 0 {
			tone := l.tone
			if tone == "" {
				tone = "grey"
			}
			w := least + (width-shown*least)*c/max(s.Rows, 1)
			data.Bar.Parts = append(data.Bar.Parts, barPart{tone, x, w})
			data.Bar.Width = x + w
			x += w + 2
		}
	}
}

// faulty sends the rows that do not come in, with what is wrong, to be corrected.
func (p *Pages) faulty(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	plan, err := p.planner.Plan(r.Context(), u, lang)
	if err != nil || !plan.Ready || u.Corrects != "" {
		return cmp.Or(err, frame.ErrNotFound)
	}
	book, err := p.planner.Faulty(r.Context(), u, lang)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	defer book.Close()
	_, name := rejects.Names(naming.In(lang), &ledger.Import{}, u.Name)
	frame.SendAs(w, name)
	_, _ = io.Copy(w, book) // an error: the client has gone
	return nil
}

// again has a plan made anew.
func (p *Pages) again(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	if err := p.planner.Again(u); err != nil {
		return p.uploads.AsPage(words.LanguageOf(r), err)
	}
	return upload.Redirect(w, r, "/import/"+u.ID+"/plan")
}

// doImport moves an upload into its inbox, if its plan is the one that the person has seen.
func (p *Pages) doImport(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	if u.State == uploads.Handing || u.State == uploads.Handed {
		return upload.Redirect(w, r, "/import/"+u.ID)
	}
	if u.State != uploads.Mapped {
		return upload.Redirect(w, r, "/import/"+u.ID)
	}
	plan, err := p.planner.Plan(r.Context(), u, lang)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	if !plan.Ready || plan.Summary.Digest != r.PostForm.Get("digest") || plan.Summary.Import.State != ledger.Planned {
		return p.drawPlan(w, r, u, http.StatusConflict, changed(lang))
	}
	moved, err := p.planner.Import(r.Context(), access.Of(r.Context()).Name, u, plan, lang)
	if err != nil && !errors.Is(err, uploads.ErrMoved) {
		return p.uploads.AsPage(lang, err)
	}
	if err == nil && !moved {
		return upload.Redirect(w, r, "/import/"+u.ID+"/plan")
	}
	return upload.Redirect(w, r, "/import/"+u.ID)
}

// link returns the address of a list of rows.
func link(id string, list planfile.List, from int, more url.Values) string {
	q := url.Values{"show": {string(list)}}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	for _, key := range []string{"field", "q"} {
		if text := more.Get(key); text != "" {
			q.Set(key, text)
		}
	}
	return "/import/" + id + "/plan?" + q.Encode()
}
