package pages

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

type importPage struct {
	base
	Import                                            row
	Running                                           *running
	CanCancel, CanUndo                                bool
	Why, Sentence, ProblemTitle, RejectedURL, Mapping string
	MoreProblems, MoreChanges                         string
	Bar                                               *wholeBar
	Outcomes                                          []outcome
	Kinds                                             []kindCounts
	Downloads                                         []link
	Timeline                                          []moment
	Groups                                            []problemGroup
	Changes                                           []change
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
		err = errNotFound
	}
	return imp, err
}

func (p *Pages) importPage(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	lang := languageOf(r)
	data := importPage{base: p.frame(r, fileOf(lang, &imp), "/imports"), Import: rowOf(lang, p.Now(), &imp)}
	data.Live = imp.State == ledger.Running
	data.CanCancel = data.Live && imp.Arrival != ""
	data.CanUndo = undoable(&imp)
	if data.Live {
		if data.Running, err = p.runningAs(r.Context(), lang, &imp); err != nil {
			return err
		}
		p.draw(w, r, http.StatusOK, "import", data)
		return nil
	}
	if err := p.describe(r, lang, &imp, &data); err != nil {
		return err
	}
	p.draw(w, r, http.StatusOK, "import", data)
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
	lang := languageOf(r)
	data := importPage{base: base{Person: personOf(r)}}
	if data.Running, err = p.runningAs(r.Context(), lang, &imp); err != nil {
		return err
	}
	p.draw(w, r, http.StatusOK, "importprogress", data)
	return nil
}

// runningAs returns the progress of an import, also of one that another process writes.
func (p *Pages) runningAs(_ context.Context, lang string, imp *ledger.Import) (*running, error) {
	now, ok := p.Status.Running()
	if !ok || now.ID != imp.ID {
		now = Running{ID: imp.ID, Inbox: imp.Inbox, File: fileOf(lang, imp), Began: imp.Began}
	}
	return runningOf(lang, p.Now(), now, imp), nil
}

// describe fills in everything about an import that is not running.
func (p *Pages) describe(r *http.Request, lang string, imp *ledger.Import, data *importPage) error {
	data.Why = whyOf(lang, imp)
	data.Sentence, data.Bar = sentenceOf(lang, imp), wholeBarOf(lang, imp)
	data.Outcomes, data.Kinds = kindsOf(lang, imp)
	data.Notes = report.Notes(imp, lang, report.Brief)
	data.Facts = factsOf(lang, p.Now(), imp)
	for _, f := range []struct {
		is   File
		text string
	}{{Rejected, "Rejected rows"}, {Original, "The original"}, {Mapping, "The mapping"}} {
		if p.Status.File(imp, f.is) != nil {
			data.Downloads = append(data.Downloads, link{URL: "/imports/" + imp.ID + "/files/" + string(f.is), Text: say(lang, f.text)})
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
	return p.rows(r, lang, imp, data)
}

// whyOf says why an import was not done.
func whyOf(lang string, imp *ledger.Import) string {
	switch {
	case imp.Original() != "":
		return fmt.Sprintf(say(lang, "The same workbook with the same mapping was imported as %s. Nothing was written again."), message.Plain(imp.Original()))
	case imp.State == ledger.Done:
		return ""
	}
	return message.PlainLines(imp.Why)
}

// sentenceOf says in a sentence what came of an import.
func sentenceOf(lang string, imp *ledger.Import) string {
	rows, failed := imp.Tally.Rows, countsOf(&imp.Tally).Failed
	switch {
	case imp.State == ledger.Refused || imp.State == ledger.Held || imp.State == ledger.Duplicate:
		return say(lang, "Nothing was written.")
	case imp.Undoes != "":
		return say(lang, "What the import had written was undone.")
	case imp.State.Waits():
		return fmt.Sprintf(say(lang, "It stopped after %s rows. What is written stays and can be undone."), number(lang, rows))
	case failed == 0:
		return fmt.Sprintf(say(lang, "All %s rows came in."), number(lang, rows))
	}
	return fmt.Sprintf(say(lang, "%s rows were read. %s companies or contacts of them did not come in and need you."), number(lang, rows), number(lang, failed))
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
			heads = append(heads, outcome{o.sign, o.tone, say(lang, o.text)})
		}
	}
	for _, kind := range crm.Kinds {
		line := kindCounts{Name: report.Heading(kind, lang)}
		for _, o := range outcomes {
			if o.sign != "x" || imp.Undoes != "" {
				line.Cells = append(line.Cells, countCell{say(lang, o.text), o.tone, o.of(*imp.Tally.Of(kind))})
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
	b := &wholeBar{Label: fmt.Sprintf(say(lang, "%s created, %s updated, %s unchanged, %s did not come in"), number(lang, c.Created), number(lang, c.Updated), number(lang, c.Unchanged), number(lang, c.Failed))}
	const width, least = 1000, 6
	x := 0
	for _, part := range []struct {
		tone string
		n    int
	}{{"green", c.Created}, {"blue", c.Updated}, {"grey", c.Unchanged}, {"red", c.Failed}} {
		if part.n > 0 {
			w := max(least, (width-4*least)*part.n/all)
			b.Parts = append(b.Parts, barPart{part.tone, x, w})
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
	wrote, tone := fmt.Sprintf(say(lang, "%s rows"), number(lang, imp.Tally.Rows)), ""
	if imp.State != ledger.Done {
		wrote, tone = say(lang, "nothing"), "warn"
	} else if imp.Tally.NotApplied() > 0 {
		tone = "warn"
	}
	all := []moment{
		{say(lang, "Arrived"), clock(imp.Began), fromOf(lang, imp), ""},
		{say(lang, "Checked"), "", fmt.Sprintf(say(lang, "%s rows, %s blank"), number(lang, imp.Tally.Rows), number(lang, imp.Tally.Blank)), ""},
		{say(lang, "Written"), clock(imp.Ended), wrote, tone},
	}
	if imp.Archived != "" {
		all = append(all, moment{say(lang, "Archived"), "", shortPath(imp.Archived), ""})
	}
	if len(letters) > 0 {
		var to []string
		for i := range letters {
			to = append(to, letters[i].To)
		}
		all = append(all, moment{say(lang, "Notified"), "", message.Plain(strings.Join(to, ", ")), ""})
	}
	return all
}

// shortPath returns the last two parts of a path: what a person looks for in a folder.
func shortPath(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
	return message.Plain(strings.Join(parts[max(0, len(parts)-2):], "/"))
}

func factsOf(lang string, now time.Time, imp *ledger.Import) []fact {
	all := []fact{{Name: say(lang, "Import"), Value: imp.ID}, {Name: say(lang, "Inbox"), Value: imp.Inbox}, {Name: say(lang, "Began"), Value: when(lang, now, imp.Began)},
		{Name: say(lang, "Ended"), Value: when(lang, now, imp.Ended)}, {Name: say(lang, "Mapping"), Value: message.Plain(imp.Mapping)}}
	for _, other := range []struct{ name, id string }{{"Undoes", imp.Undoes}, {"Undone by", imp.UndoneBy}, {"Corrected rows of", imp.Parent}, {"Same as", imp.Original()}} {
		if other.id != "" {
			all = append(all, fact{Name: say(lang, other.name), Value: other.id, URL: "/imports/" + other.id})
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

// from reads where in the rows of an import a page begins.
func from(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
