package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/drawing"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// need is something that a person has to do.
type need struct {
	Tone, Icon, Title, Text, Age string
	Act                          *link
}

// button posts a form.
type button struct{ URL, What, Icon, Text string }

// card is an inbox or a source.
type card struct {
	Anchor, Name, Where, Link string
	State                     state
	Strip                     *drawing.Strip
	Facts                     []fact
	Acts                      []button
}

type overviewPage struct {
	frame.Base
	Lead             string
	Empty            bool
	Now              time.Time
	Needs            []need
	Running          *running
	Chart            *drawing.Chart
	Inboxes, Sources []card
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	sources, err := p.Status.Sources(r.Context())
	if err != nil && !errors.Is(err, frame.ErrNoStore) {
		return err
	}
	inboxes := p.Status.Inboxes()
	now, err := p.shown.overview(r.Context(), p, inboxes, sources)
	if err != nil && !errors.Is(err, frame.ErrNoStore) {
		return err
	}
	data := overviewPage{Base: p.frame.Base(r, words.Say(lang, "Overview"), "/"), Now: p.frame.Now(), Empty: len(now.byInbox) == 0 || now.empty}
	if now.uncatalogued {
		data.Notice = uncatalogued(lang)
	}
	data.Needs = p.needs(lang, &now.needs, inboxes, sources)
	data.Lead = leadOf(lang, len(data.Needs), data.Empty)
	if data.Running, err = p.running(r.Context(), lang); err != nil {
		return err
	}
	data.Chart = drawing.ChartOf(lang, p.frame.Now(), now.days)
	may := data.Person.May(operator)
	for i := range inboxes {
		data.Inboxes = append(data.Inboxes, p.inboxCard(lang, &inboxes[i], now.byInbox[inboxes[i].Name], may))
	}
	for i := range sources {
		data.Sources = append(data.Sources, p.sourceCard(lang, &sources[i], now.bySource[sources[i].Name], may))
	}
	p.frame.Draw(w, r, http.StatusOK, "overview", data)
	return nil
}

// uncatalogued is said while imports of an older version are not found by what they are.
func uncatalogued(lang string) *frame.Notice {
	return &frame.Notice{Tone: "grey", Text: words.Say(lang, "Imports from before the last update are still being sorted. Until that is done, older ones may be missing here.")}
}

func leadOf(lang string, needs int, empty bool) string {
	switch {
	case empty:
		return words.Say(lang, "Here you see what has come in and what needs you. Nothing has been imported yet. Three steps, about five minutes.")
	case needs == 0:
		return words.Say(lang, "Everything is running by itself.")
	case needs == 1:
		return words.Say(lang, "One thing needs attention. Everything else is running by itself.")
	}
	return fmt.Sprintf(words.Say(lang, "%s things need attention. Everything else is running by itself."), words.Number(lang, needs))
}

// side returns what the side of every page shows.
func (p *Pages) side(r *http.Request) frame.Side {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	var s frame.Side
	s.Unready, s.Waiting = p.shown.side(ctx, p)
	for _, in := range p.Status.Inboxes() {
		s.Queued += in.Waiting
	}
	return s
}

// live answers with the import that is running, for pages that are open.
func (p *Pages) live(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	data := overviewPage{Base: frame.Base{Person: personOf(r)}}
	var err error
	if data.Running, err = p.running(r.Context(), lang); err != nil {
		return err
	}
	for _, in := range p.Status.Inboxes() {
		data.Queued += in.Waiting
	}
	p.frame.Draw(w, r, http.StatusOK, "running", data)
	return nil
}

// running returns the import that is being written; nil if there is none.
func (p *Pages) running(ctx context.Context, lang string) (*running, error) {
	now, ok := p.Status.Running()
	if !ok || now.ID == "" {
		return nil, nil
	}
	imp, ok, err := p.Reader.Import(ctx, now.ID)
	if err != nil || !ok {
		return nil, err
	}
	return runningOf(lang, p.frame.Now(), now, &imp), nil
}

// needs returns what a person has to do, what blocks most first.
func (p *Pages) needs(lang string, needing *listing.Page, inboxes []Inbox, sources []Source) []need {
	var all []need
	now := p.frame.Now()
	for i := range inboxes {
		all = append(all, inboxNeeds(lang, &inboxes[i])...)
	}
	for i := range sources {
		if s := &sources[i]; s.Why != "" {
			title := words.Say(lang, "The source %s cannot be fetched")
			if s.LoggedOut {
				title = words.Say(lang, "The source %s rejects the login")
			}
			all = append(all, need{"red", "key", fmt.Sprintf(title, s.Name), message.Plain(s.Why), words.When(lang, now, s.Asked), &link{URL: "#" + anchor("source", s.Name), Text: words.Say(lang, "Show")}})
		}
	}
	var held, rejected []need
	for i := range needing.Imports {
		imp := &needing.Imports[i]
		at := &link{URL: "/imports/" + imp.ID, Text: words.Say(lang, "Show")}
		switch {
		case imp.State == ledger.Held:
			at.URL, at.Text = "/waiting#"+imp.ID, words.Say(lang, "Review")
			held = append(held, need{"amber", "clock", fmt.Sprintf(words.Say(lang, "%s is waiting for you"), fileOf(lang, imp)), message.Plain(report.Because(imp, lang)), words.Age(lang, now, imp.Began), at})
		case imp.State.Waits():
			held = append(held, need{"red", "warn", fmt.Sprintf(words.Say(lang, "The import of %s is stuck"), fileOf(lang, imp)), message.Plain(report.Because(imp, lang)), words.Age(lang, now, imp.Began), at})
		case listing.RowsNeed(imp):
			at.URL, at.Text = at.URL+"#problems", words.Say(lang, "Correct the rows")
			n := words.Number(lang, imp.Tally.NotApplied())
			rejected = append(rejected, need{"red", "warn", fmt.Sprintf(words.Say(lang, "%s companies or contacts of %s did not come in"), n, fileOf(lang, imp)),
				words.Say(lang, "The others are imported."), words.When(lang, now, imp.Began), at})
		}
	}
	all = append(append(all, held...), rejected...)
	if needing.Last() > 0 {
		older := &link{URL: listFilter{State: string(listing.Needing)}.url(needing.Last(), 0), Text: words.Say(lang, "Show")}
		all = append(all, need{"amber", "clock", words.Say(lang, "Older imports need attention, too"), words.Say(lang, "Only the newest are shown here."), "", older})
	}
	return all
}

func inboxNeeds(lang string, in *Inbox) []need {
	var all []need
	at := &link{URL: "#" + anchor("inbox", in.Name), Text: words.Say(lang, "Show")}
	if in.Err != nil {
		all = append(all, need{"red", "plug", fmt.Sprintf(words.Say(lang, "The inbox %s cannot be reached"), in.Name),
			message.Plain(in.Err.Error()) + ". " + words.Say(lang, "inlet tries again by itself; nothing is lost."), "", at})
	}
	if len(in.Unreadable) > 0 {
		all = append(all, need{"amber", "warn", fmt.Sprintf(words.Say(lang, "Files in %s cannot be read"), in.Name), message.Plain(strings.Join(in.Unreadable, ", ")), "", at})
	}
	if len(in.Never) > 0 {
		all = append(all, need{"amber", "info", fmt.Sprintf(words.Say(lang, "Files in %s that are never imported"), in.Name),
			message.Plain(strings.Join(in.Never, ", ")) + ". " + words.Say(lang, "They are not workbooks. Move them away, or save them as .xlsx or .csv."), "", at})
	}
	return all
}

func anchor(kind, name string) string { return kind + "-" + url.PathEscape(name) }

func (p *Pages) inboxCard(lang string, in *Inbox, mine []ledger.Import, may bool) card {
	now := p.frame.Now()
	c := card{Anchor: anchor("inbox", in.Name), Name: in.Name, Where: in.Path, Link: "/imports?inbox=" + url.QueryEscape(in.Name)}
	c.Strip = drawing.StripOf(lang, now, mine)
	run, active := p.Status.Running()
	switch {
	case in.Err != nil:
		c.State = state{"red", "plug", words.Say(lang, "Cannot be reached")}
	case in.Paused:
		c.State = state{"grey", "pause", words.Say(lang, "Paused")}
	case active && run.Inbox == in.Name:
		c.State = state{"blue", "run", words.Say(lang, "Importing")}
	default:
		c.State = state{"green", "ok", words.Say(lang, "Watching")}
	}
	oldest, last := words.Say(lang, "none"), words.Say(lang, "none yet")
	if in.Oldest != "" {
		oldest = message.Plain(in.Oldest) + ", " + words.Took(lang, now.Sub(in.Since))
		switch in.WaitsFor {
		case "index":
			oldest += ", " + words.Say(lang, "waiting until the stored records are indexed by its match rules")
		case "memory":
			oldest += ", " + words.Say(lang, "waiting until another large workbook is imported")
		}
	}
	if len(mine) > 0 {
		last = words.When(lang, now, mine[0].Began)
	}
	c.Facts = []fact{{Name: words.Say(lang, "Oldest waiting file"), Value: oldest}, {Name: words.Say(lang, "Last import"), Value: last}}
	if in.Open > 0 {
		c.Facts = append(c.Facts, fact{Name: words.Say(lang, "Open in a program"), Value: words.Number(lang, in.Open)})
	}
	if may {
		c.Acts = append(c.Acts, pauseButton(lang, in.Paused, in.Pause))
	}
	return c
}

func pauseButton(lang string, paused bool, what string) button {
	if paused {
		return button{"/resume", what, "play", words.Say(lang, "Resume")}
	}
	return button{"/pause", what, "pause", words.Say(lang, "Pause")}
}

func (p *Pages) sourceCard(lang string, s *Source, mine []ledger.Import, may bool) card {
	now := p.frame.Now()
	c := card{Anchor: anchor("source", s.Name), Name: s.Name, Where: s.Where, Link: "/imports?inbox=" + url.QueryEscape(s.Inbox)}
	c.Strip = drawing.StripOfPolls(lang, now, s.Polls, mine)
	switch {
	case s.LoggedOut:
		c.State = state{"red", "key", words.Say(lang, "Logged out")}
	case s.Why != "":
		c.State = state{"red", "plug", words.Say(lang, "Cannot be reached")}
	case s.Paused:
		c.State = state{"grey", "pause", words.Say(lang, "Paused")}
	default:
		c.State = state{"green", "ok", words.Say(lang, "Connected")}
	}
	next, asked := words.Say(lang, "by hand"), words.Say(lang, "not yet")
	if !s.Next.IsZero() {
		next = words.When(lang, now, s.Next)
	}
	if !s.Asked.IsZero() {
		asked = words.When(lang, now, s.Asked)
	}
	c.Facts = []fact{{Name: words.Say(lang, "Next poll"), Value: next}, {Name: words.Say(lang, "Last poll"), Value: asked}, {Name: words.Say(lang, "Into inbox"), Value: s.Inbox}}
	if may {
		c.Acts = append(c.Acts, button{"/poll", s.Name, "play", words.Say(lang, "Run now")}, pauseButton(lang, s.Paused, s.Pause))
	}
	return c
}
