package fieldmap

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

type columnsPage struct {
	frame.Base
	ID, File, Sentence, Rows, Place string
	Grid                            *columns.Grid
	HeaderRows                      []int
	SheetOpen                       bool
	Columns                         []columnRow
	Fields                          []fieldGroup
	Keys                            []keyNote
	Modes                           []option
	Settings                        []setting
	Mail, MailHint, MailAlways      string
	MayMail                         bool
	Webhooks                        []option
	Save, SaveAll                   bool
	SaveName, Inbox                 string
}

// columnRow is a line of the guide's table.
type columnRow struct {
	Letter, Heading string
	Examples        []string
	Field           string
	Tag             tag
	Why             string
	Ticked, Fixed   bool // an ID selects by itself
	Quality         *quality
}

type tag struct{ Tone, Text string }

// quality is how full and how unique a field is, drawn.
type quality struct {
	Tone, Text string
	Width      int
}

// fieldGroup is the fields of a kind to choose from.
type fieldGroup struct {
	Label  string
	Fields []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

// setting is a value for all rows. Without options it is written.
type setting struct {
	Name, Label, Value, Hint string
	Options                  []option
}

func (p *Pages) columns(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	if u.State == uploads.Handing || u.State == uploads.Handed {
		return p.uploads.Wait(w, r, u)
	}
	if u.Corrects != "" {
		return upload.Redirect(w, r, "/import/"+u.ID+"/plan")
	}
	lang := words.LanguageOf(r)
	grid, draft, err := p.desk.Columns(r.Context(), u, lang, "", 0)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	return p.drawColumns(w, r, u, grid, draft, nil)
}

// mapColumns takes what a person has chosen on the page of columns.
func (p *Pages) mapColumns(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	f := form{r.PostForm}
	row, _ := strconv.Atoi(f.Get("row"))
	grid, draft, err := p.desk.Columns(r.Context(), u, lang, f.Get("sheet"), row)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	moved := grid.Sheet != f.Get("was-sheet") || strconv.Itoa(grid.HeaderRow) != f.Get("was-row")
	if !moved {
		schema, _, err := p.desk.Fields(r.Context(), u)
		if err != nil {
			return err
		}
		f.columns(schema, draft)
	}
	f.rest(draft)
	u.Save, u.SaveAll = f.Get("save") != "", f.Get("save-all") != ""
	if do := f.Get("do"); moved || do != "preview" {
		return p.drawColumns(w, r, u, grid, draft, nil)
	}
	if _, err = p.desk.Map(r.Context(), u, draft, lang); err == nil {
		return upload.Redirect(w, r, "/import/"+u.ID+"/plan")
	}
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return p.drawColumns(w, r, u, grid, draft, &frame.Notice{Tone: "red", Text: upload.UpperFirst(strings.ReplaceAll(report.Refused(refusal, lang), "\n", "; "))})
	}
	return p.uploads.AsPage(lang, err)
}

func (p *Pages) drawColumns(w http.ResponseWriter, r *http.Request, u uploads.Upload, grid *columns.Grid, draft *columns.Draft, n *frame.Notice) error {
	lang := words.LanguageOf(r)
	schema, added, err := p.desk.Fields(r.Context(), u)
	if err != nil {
		return err
	}
	survey, err := p.desk.Measure(r.Context(), u, grid, draft)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	d := &columnsDrawing{lang: lang, schema: schema, added: added, draft: draft, survey: survey, inbox: p.uploads.InboxOf(u)}
	data := columnsPage{Base: p.frame.Base(r, words.Say(lang, "Columns")+" · "+message.Plain(u.Name), upload.Way), ID: u.ID, File: message.Plain(u.Name), Grid: grid,
		Inbox: u.Inbox, Save: u.Save, SaveAll: u.SaveAll, Sentence: d.sentence(), SaveName: filename.DefaultMapping}
	data.Notice = n
	if of := filename.FamilyMappings(u.Name); len(of) > 0 {
		data.SaveName = of[0]
	}
	data.Rows = d.rows()
	data.Place = fmt.Sprintf(words.Say(lang, "Headings in row %d"), grid.HeaderRow)
	if len(grid.Sheets) > 1 {
		data.Place = fmt.Sprintf(words.Say(lang, "The sheet %s, headings in row %d"), message.Plain(grid.Sheet), grid.HeaderRow)
	}
	for _, row := range grid.Rows {
		data.HeaderRows = append(data.HeaderRows, row.Number)
	}
	if !slices.Contains(data.HeaderRows, grid.HeaderRow) && grid.HeaderRow > 0 {
		data.HeaderRows = append(data.HeaderRows, grid.HeaderRow)
	}
	data.SheetOpen = len(draft.Columns) == 0
	d.fill(&data)
	code := http.StatusOK
	if n != nil {
		code = http.StatusUnprocessableEntity
	}
	p.frame.Draw(w, r, code, "columns", data)
	return nil
}

// columnsDrawing turns a draft into what the page shows.
type columnsDrawing struct {
	lang   string
	schema *crm.Schema
	added  *crm.Field // of them, which the import would add; nil for none
	draft  *columns.Draft
	survey *columns.Survey
	inbox  upload.Inbox
}

// sayOf says a sentence about a kind of record.
func (d *columnsDrawing) sayOf(kind crm.Kind, about string, args ...any) string {
	return fmt.Sprintf(words.SayOf(d.lang, kind, about), args...)
}

func (d *columnsDrawing) say(text string, args ...any) string {
	return fmt.Sprintf(words.Say(d.lang, text), args...)
}

// sentence says how many columns were recognised.
func (d *columnsDrawing) sentence() string {
	known, unsure := 0, 0
	for i := range d.draft.Columns {
		c := &d.draft.Columns[i]
		if c.Field != "" {
			known++
			if c.Guess.Unsure && c.Field == c.Guess.Field {
				unsure++
			}
		}
	}
	all := len(d.draft.Columns)
	switch {
	case all == 0:
		return words.Say(d.lang, "There are no columns below this row. Choose the sheet and the row of the headings.")
	case unsure == 0:
		return d.say("%s rows. %d of %d columns lead to a field.", d.rows(), known, all)
	case unsure == 1:
		return d.say("%s rows. %d of %d columns lead to a field, one of them unsure: have a look.", d.rows(), known, all)
	}
	return d.say("%s rows. %d of %d columns lead to a field, %d of them unsure: have a look.", d.rows(), known, all, unsure)
}

// rows is the number of rows, with a sign if there are more than were looked at.
func (d *columnsDrawing) rows() string {
	n := words.Number(d.lang, d.survey.Rows)
	if d.survey.More {
		return "> " + n
	}
	return n
}

func (d *columnsDrawing) fill(data *columnsPage) {
	for i := range d.draft.Columns {
		data.Columns = append(data.Columns, d.column(&d.draft.Columns[i]))
	}
	for _, kind := range crm.Kinds {
		group := fieldGroup{Label: report.Heading(kind, d.lang)}
		for _, f := range d.schema.Fields() {
			if f.Kind == kind && !crm.System(f.Path()) {
				o := option{Value: f.Path(), Text: f.Label(d.lang)}
				if d.adds(f.Path()) {
					o.Text += " (" + words.Say(d.lang, "new field") + ")"
				}
				group.Fields = append(group.Fields, o)
			}
		}
		data.Fields = append(data.Fields, group)
	}
	data.Keys = d.keys()
	for _, mode := range []struct{ value, text string }{{"upsert", "Create new ones and update"}, {"update", "Only update"}, {"create", "Only create new ones"}} {
		if len(d.inbox.Modes) == 0 || slices.Contains(d.inbox.Modes, mode.value) {
			data.Modes = append(data.Modes, option{mode.value, words.Say(d.lang, mode.text), mode.value == d.draft.Mode})
		}
	}
	d.settings(data)
	d.whenDone(data)
}

func (d *columnsDrawing) column(c *columns.Column) columnRow {
	row := columnRow{Letter: c.Letter, Heading: message.Plain(strings.Join(strings.Fields(c.Heading), " ")), Examples: c.Examples, Field: c.Field, Ticked: d.draft.Ticked(c)}
	row.Fixed = strings.HasSuffix(c.Field, ".id")
	switch {
	case c.Field == "":
		row.Tag = tag{"", words.Say(d.lang, "nothing")}
		if c.Guess.Field == "" && (c.Guess.Sure > 0 || c.Guess.Number) {
			row.Why = message.Plain(c.Guess.Why)
		}
	case c.Field != c.Guess.Field:
		row.Tag = tag{"own", words.Say(d.lang, "chosen")}
	case c.Guess.Unsure:
		row.Tag, row.Why = tag{"amber", words.Say(d.lang, "unsure")}, message.Plain(c.Guess.Why)
	default:
		row.Tag = tag{"green", words.Say(d.lang, "sure")}
	}
	if d.adds(c.Field) {
		row.Why = d.say("There is no field %s yet. It is added when you import the file.", message.Quote(d.lang, d.added.Label(d.lang)))
	}
	if q, ok := d.survey.Fields[c.Field]; ok && row.Ticked {
		row.Quality = &quality{Width: q.FilledPercent(), Text: d.say("filled %d %% · unique %d %%", q.FilledPercent(), q.UniquePercent()), Tone: "green"}
		if q.Filled < q.Rows || q.UniquePercent() < 90 {
			row.Quality.Tone = "amber"
		}
	}
	return row
}

// adds reports whether a field is the one that the import would add.
func (d *columnsDrawing) adds(path string) bool { return d.added != nil && d.added.Path() == path }

// settings are what holds for all rows (R15).
func (d *columnsDrawing) settings(data *columnsPage) {
	if users := d.schema.Users(); len(users) > 0 {
		s := setting{Name: "manager", Label: words.Say(d.lang, "Account manager"), Hint: words.Say(d.lang, "only for new companies, and where it is missing")}
		if d.draft.ApplyTo != "" {
			s.Hint = ""
		}
		for _, user := range users {
			name := user.String()
			for _, by := range []string{user.Name, user.Email, user.Login, user.ID} {
				if by != "" {
					name = by
					break
				}
			}
			id := userKey(user)
			s.Options = append(s.Options, option{id, message.Plain(name), d.is(d.draft.Manager, user)})
		}
		data.Settings = append(data.Settings, s)
	}
	d.list(data, "campaign", words.Say(d.lang, "Campaign"), crm.Top.Path("campaigns"), d.draft.Campaigns)
	for _, kind := range crm.Kinds {
		d.list(data, categoryName(kind), d.sayOf(kind, "{Kind} category"), kind.Path("categories"), d.draft.Categories[kind])
	}
}

// list adds the setting of a list that records are added to, if there is such a field.
func (d *columnsDrawing) list(data *columnsPage, name, label, path string, chosen []string) {
	if f := d.schema.Field(path); f != nil {
		s := setting{Name: name, Label: label, Value: strings.Join(chosen, "; ")}
		if len(f.Choices) > 0 && len(chosen) < 2 {
			for i := range f.Choices {
				c := &f.Choices[i]
				s.Options = append(s.Options, option{c.Value, message.Plain(c.Label(d.lang)), slices.Contains(chosen, c.Value)})
			}
		}
		data.Settings = append(data.Settings, s)
	}
}

// userKey returns what identifies a user in a mapping.
func userKey(u crm.Person) string {
	for _, key := range []string{u.ID, u.Email, u.Login, u.Name} {
		if key != "" {
			return key
		}
	}
	return ""
}

// is reports whether a text of a mapping means a user.
func (d *columnsDrawing) is(text string, u crm.Person) bool {
	return text != "" && slices.Contains([]string{u.ID, u.Email, u.Login, u.Name}, text)
}

func (d *columnsDrawing) whenDone(data *columnsPage) {
	data.Mail = strings.Join(d.draft.Mail, ", ")
	data.MayMail = len(d.inbox.MailDomains) > 0
	if data.MayMail {
		data.MailHint = d.say("The rows that did not come in are attached. Allowed are addresses at %s.", strings.Join(d.inbox.MailDomains, ", "))
	} else {
		data.MailHint = words.Say(d.lang, "No other addresses can be chosen here: limits.mail_domains of the inbox allows none.")
	}
	if len(d.inbox.Always) > 0 {
		data.MailAlways = d.say("%s always get a mail.", message.Plain(strings.Join(d.inbox.Always, ", ")))
	}
	for _, hook := range d.inbox.Webhooks {
		data.Webhooks = append(data.Webhooks, option{hook, hook, slices.Contains(d.draft.Webhooks, hook)})
	}
}
