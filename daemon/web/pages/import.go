package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/excerpt"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

type importPage struct {
	frame.Base
	Import                                            row
	Running                                           *running
	CanCancel, CanUndo, CanRepeat, CanTickOff         bool
	TickedOff                                         string // by whom, and when
	Why, Sentence, ProblemTitle, RejectedURL, Mapping string
	MoreProblems, MoreChanges                         string
	Bar                                               *wholeBar
	Outcomes                                          []outcome
	Kinds                                             []kindCounts
	Downloads                                         []link
	Timeline                                          []moment
	Groups                                            []excerpt.Group
	Changes                                           []excerpt.Change
	Notes                                             []report.Note
	Facts                                             []fact
}

// outcome is a column of the counts; kindCounts a line of them.
type outcome struct{ Sign, Tone, Text string }

type kindCounts struct {
	Name  string
	Cells []countCell
}

type countCell struct {
	Label, Tone string
	N           int
}

// moment is a step of an import in its timeline.
type moment struct{ Name, At, Text, Tone string }

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

// one returns the import that a request names.
func (p *Pages) one(r *http.Request) (ledger.Import, error) {
	imp, ok, err := p.Reader.Import(r.Context(), r.PathValue("id"))
	if err == nil && !ok {
		err = frame.ErrNotFound
	}
	return imp, err
}

func (p *Pages) importPage(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	data := importPage{Base: p.frame.Base(r, fileOf(lang, &imp), "/imports"), Import: rowOf(lang, p.frame.Now(), &imp)}
	data.Live = imp.State == ledger.Running
	data.CanCancel = data.Live && imp.Arrival != ""
	data.CanUndo = undoable(&imp)
	if data.Live {
		data.Running = p.runningAs(lang, &imp)
		p.frame.Draw(w, r, http.StatusOK, "import", data)
		return nil
	}
	if err := p.describe(r, lang, &imp, &data); err != nil {
		return err
	}
	p.frame.Draw(w, r, http.StatusOK, "import", data)
	return nil
}

// undoable reports whether an import may have written something that is still there.
func undoable(imp *ledger.Import) bool {
	return (imp.State == ledger.Done || imp.State.Waits()) && imp.UndoneBy == "" && !imp.IsPruned()
}

// progress answers with how far an import is. When it has ended, the page is loaded again and shows how.
func (p *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	if imp.State != ledger.Running {
		w.Header().Set("Hx-Refresh", "true")
		w.WriteHeader(http.StatusOK)
		return nil
	}
	lang := words.LanguageOf(r)
	data := importPage{Base: frame.Base{Person: personOf(r)}}
	data.Running = p.runningAs(lang, &imp)
	p.frame.Draw(w, r, http.StatusOK, "importprogress", data)
	return nil
}

// runningAs returns the progress of an import, also of one that another process writes.
func (p *Pages) runningAs(lang string, imp *ledger.Import) *running {
	now, ok := p.Status.Running()
	if !ok || now.ID != imp.ID {
		now = Running{ID: imp.ID, Inbox: imp.Inbox, File: fileOf(lang, imp), Began: imp.Began}
	}
	return runningOf(lang, p.frame.Now(), now, imp)
}

// describe fills in everything about an import that is not running.
func (p *Pages) describe(r *http.Request, lang string, imp *ledger.Import, data *importPage) error {
	data.Why = whyOf(lang, imp)
	data.CanRepeat = p.repeatable(imp)
	data.CanTickOff = imp.State == ledger.Done && imp.Undoes == "" && imp.UndoneBy == "" && imp.Tally.NotApplied() > 0 && !imp.Unplaced()
	if ticked := imp.TickedOff; data.CanTickOff && !ticked.At.IsZero() {
		data.CanTickOff = false
		data.TickedOff = fmt.Sprintf(words.Say(lang, "Ticked off by %s, %s."), words.Who(lang, ticked.By), words.When(lang, p.frame.Now(), ticked.At))
	}
	data.Sentence, data.Bar = sentenceOf(lang, imp), wholeBarOf(lang, imp)
	data.Outcomes, data.Kinds = kindsOf(lang, imp)
	data.Notes = report.Notes(imp, lang, report.Brief)
	data.Facts = factsOf(lang, p.frame.Now(), imp)
	for _, f := range []struct {
		is   File
		text string
	}{{Rejected, "Rejected rows"}, {Original, "The original"}, {Mapping, "The mapping"}} {
		if p.Status.File(imp, f.is) != nil {
			data.Downloads = append(data.Downloads, link{URL: "/imports/" + imp.ID + "/files/" + string(f.is), Text: words.Say(lang, f.text)})
		}
	}
	if p.Status.File(imp, Rejected) != nil {
		data.RejectedURL = "/imports/" + imp.ID + "/files/" + string(Rejected)
	}
	if imp.With != "" {
		sidecar, ok, err := p.Reader.Mapping(r.Context(), imp.With)
		if err != nil {
			return err
		}
		if ok {
			data.Mapping = message.PlainLines(sidecar.Content)
		}
	}
	letters, err := p.Reader.Notifications(r.Context(), imp)
	if err != nil {
		return err
	}
	data.Timeline = timelineOf(lang, imp, letters)
	return p.excerpt(r, lang, imp, data)
}

// repeatable reports whether the file of an import is still there and can be looked through once more.
func (p *Pages) repeatable(imp *ledger.Import) bool {
	if !imp.State.Ended() || imp.State == ledger.Held || imp.Undoes != "" || imp.Unplaced() || p.Status.File(imp, Original) == nil {
		return false
	}
	return slices.ContainsFunc(p.Status.Inboxes(), func(in Inbox) bool { return in.Name == imp.Inbox && in.Uploads })
}

// whyOf says why an import was not done.
func whyOf(lang string, imp *ledger.Import) string {
	switch {
	case imp.Original() != "":
		return fmt.Sprintf(words.Say(lang, "The same workbook with the same mapping was imported as %s. Nothing was written again."), message.Plain(imp.Original()))
	case imp.State == ledger.Done:
		return ""
	}
	return report.Because(imp, lang)
}

// sentenceOf says in a sentence what came of an import.
func sentenceOf(lang string, imp *ledger.Import) string {
	rows, failed := imp.Tally.Rows, countsOf(&imp.Tally).Failed
	switch {
	case imp.State == ledger.Refused || imp.State == ledger.Held || imp.State == ledger.Duplicate:
		return words.Say(lang, "Nothing was written.")
	case imp.Undoes != "":
		return words.Say(lang, "What the import had written was undone.")
	case imp.State.Waits():
		return fmt.Sprintf(words.Say(lang, "It stopped after %s rows. What is written stays and can be undone."), words.Number(lang, rows))
	case failed > 0 && !imp.TickedOff.At.IsZero():
		return fmt.Sprintf(words.Say(lang, "%s rows were read. %s companies or contacts of them did not come in."), words.Number(lang, rows), words.Number(lang, failed))
	case failed == 0 && rows == 1:
		return words.Say(lang, "The row came in.")
	case failed == 0:
		return fmt.Sprintf(words.Say(lang, "All %s rows came in."), words.Number(lang, rows))
	}
	return fmt.Sprintf(words.Say(lang, "%s rows were read. %s companies or contacts of them did not come in and need you."), words.Number(lang, rows), words.Number(lang, failed))
}

// outcomes are the columns of the counts, in their order.
var outcomes = []struct {
	sign, tone, text string
	of               func(ledger.Count) int
}{
	{"+", "green", "Created", func(c ledger.Count) int { return c.Created }},
	{"x", "", "Removed", func(c ledger.Count) int { return c.Removed }},
	{"~", "blue", "Updated", func(c ledger.Count) int { return c.Updated }},
	{"=", "", "Unchanged", func(c ledger.Count) int { return c.Unchanged }},
	{"", "", "Skipped", func(c ledger.Count) int { return c.Skipped }},
	{"!", "red", "Rejected", func(c ledger.Count) int { return c.Rejected }},
	{"?", "amber", "Parked", func(c ledger.Count) int { return c.Parked }},
}

func kindsOf(lang string, imp *ledger.Import) (heads []outcome, lines []kindCounts) {
	for _, o := range outcomes {
		if o.sign != "x" || imp.Undoes != "" {
			heads = append(heads, outcome{o.sign, o.tone, words.Say(lang, o.text)})
		}
	}
	for _, kind := range crm.Kinds {
		line := kindCounts{Name: report.Heading(kind, lang)}
		for _, o := range outcomes {
			if o.sign != "x" || imp.Undoes != "" {
				line.Cells = append(line.Cells, countCell{words.Say(lang, o.text), o.tone, o.of(*imp.Tally.Of(kind))})
			}
		}
		lines = append(lines, line)
	}
	return heads, lines
}

// wholeBarOf draws the outcomes of the whole file. Each has at least a sliver, so that three rows of a thousand are seen.
func wholeBarOf(lang string, imp *ledger.Import) *wholeBar {
	c := countsOf(&imp.Tally)
	all := c.Created + c.Updated + c.Unchanged + c.Failed
	if all == 0 {
		return nil
	}
	b := &wholeBar{Label: fmt.Sprintf(words.Say(lang, "%s created, %s updated, %s unchanged, %s did not come in"), words.Number(lang, c.Created), words.Number(lang, c.Updated), words.Number(lang, c.Unchanged), words.Number(lang, c.Failed))}
	const width, least = 1000, 6
	x := 0
	for _, part := range []struct {
		tone string
		n    int
	}{{"green", c.Created}, {"blue", c.Updated}, {"grey", c.Unchanged}, {"red", c.Failed}} {
		if part.n > 0 {
			w := max(least, (width-4*least)*part.n/all)
			b.Parts = append(b.Parts, barPart{part.tone, x, w})
			b.Width = x + w
			x += w + 2
		}
	}
	return b
}

// timelineOf returns the steps of an import with what is known of each.
func timelineOf(lang string, imp *ledger.Import, letters []ledger.Notification) []moment {
	clock := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Local().Format("15:04:05")
	}
	wrote, tone := fmt.Sprintf(words.Say(lang, "%s rows"), words.Number(lang, imp.Tally.Rows)), ""
	if imp.State != ledger.Done {
		wrote, tone = words.Say(lang, "nothing"), "warn"
	} else if imp.Tally.NotApplied() > 0 {
		tone = "warn"
	}
	all := []moment{
		{words.Say(lang, "Arrived"), clock(imp.Began), fromOf(lang, imp), ""},
		{words.Say(lang, "Checked"), "", fmt.Sprintf(words.Say(lang, "%s rows, %s blank"), words.Number(lang, imp.Tally.Rows), words.Number(lang, imp.Tally.Blank)), ""},
		{words.Say(lang, "Written"), clock(imp.Ended), wrote, tone},
	}
	if imp.Archived != "" {
		all = append(all, moment{words.Say(lang, "Archived"), "", shortPath(imp.Archived), ""})
	}
	if len(letters) > 0 {
		var to []string
		for i := range letters {
			to = append(to, letters[i].To)
		}
		all = append(all, moment{words.Say(lang, "Notified"), "", message.Plain(strings.Join(to, ", ")), ""})
	}
	return all
}

// shortPath returns the last two parts of a path: what a person looks for in a folder.
func shortPath(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
	return message.Plain(strings.Join(parts[max(0, len(parts)-2):], "/"))
}

func factsOf(lang string, now time.Time, imp *ledger.Import) []fact {
	all := []fact{{Name: words.Say(lang, "Import"), Value: imp.ID}, {Name: words.Say(lang, "Inbox"), Value: imp.Inbox}, {Name: words.Say(lang, "Began"), Value: words.When(lang, now, imp.Began)},
		{Name: words.Say(lang, "Ended"), Value: words.When(lang, now, imp.Ended)}, {Name: words.Say(lang, "Mapping"), Value: report.MappingOf(imp, lang)}}
	for _, other := range []struct{ name, id string }{{"Undoes", imp.Undoes}, {"Undone by", imp.UndoneBy}, {"Corrected rows of", imp.Parent}, {"Same as", imp.Original()}} {
		if other.id != "" {
			all = append(all, fact{Name: words.Say(lang, other.name), Value: other.id, URL: "/imports/" + other.id})
		}
	}
	shown := all[:0]
	for _, f := range all {
		if f.Value != "" {
			shown = append(shown, f)
		}
	}
	return shown
}

// excerpt fills in the problems and the changes.
func (p *Pages) excerpt(r *http.Request, lang string, imp *ledger.Import, data *importPage) error {
	if imp.IsPruned() || imp.State == ledger.Refused || imp.State == ledger.Held || imp.State == ledger.Duplicate {
		return nil
	}
	shown, err := excerpt.Of(r.Context(), p.Reader, p.Reader.Schema(), lang, imp, from(r, "problems"), from(r, "changes"))
	if err != nil {
		return err
	}
	data.Groups, data.Changes = shown.Groups, shown.Changes
	data.ProblemTitle = fmt.Sprintf(words.Say(lang, "%s problems"), words.Number(lang, imp.Tally.AllProblems()))
	if shown.NextProblem > 0 {
		data.MoreProblems = fmt.Sprintf("/imports/%s?problems=%d#problems", imp.ID, shown.NextProblem)
	}
	if shown.NextChange > 0 {
		data.MoreChanges = fmt.Sprintf("/imports/%s?changes=%d#ch", imp.ID, shown.NextChange)
	}
	return nil
}

// from reads where in the rows of an import a page begins.
func from(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
