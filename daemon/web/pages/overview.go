package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// recentMost bounds what the overview reads of the imports.
const recentMost = 2000

// recentAge is how long what was read of the imports is drawn again, so that many open pages cost no more than one.
const recentAge = time.Second

// recent are the newest imports.
type recent struct {
	mu   sync.Mutex
	read time.Time
	all  []ledger.Import
}

func (p *Pages) recentImports(ctx context.Context) ([]ledger.Import, error) {
	c := &p.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.frame.Now().Sub(c.read) < recentAge {
		return c.all, nil
	}
	oldest := p.frame.Now().AddDate(0, 0, -chartDays)
	var all []ledger.Import
	for before := int64(0); len(all) < recentMost; {
		const page = 200
		more, err := p.Reader.Imports(ctx, before, page)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
		if len(more) < page || more[len(more)-1].Began.Before(oldest) {
			break
		}
		before = more[len(more)-1].No
	}
	c.all, c.read = all, p.frame.Now()
	return all, nil
}

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
	Strip                     *strip
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
	Chart            *chart
	Inboxes, Sources []card
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	imports, err := p.recentImports(r.Context())
	if err != nil && !errors.Is(err, frame.ErrNoStore) {
		return err
	}
	sources, err := p.Status.Sources(r.Context())
	if err != nil && !errors.Is(err, frame.ErrNoStore) {
		return err
	}
	data := overviewPage{Base: p.frame.Base(r, words.Say(lang, "Overview"), "/"), Now: p.frame.Now(), Empty: len(imports) == 0}
	inboxes := p.Status.Inboxes()
	data.Needs = p.needs(lang, imports, inboxes, sources)
	data.Lead = leadOf(lang, len(data.Needs), data.Empty)
	if data.Running, err = p.running(r.Context(), lang); err != nil {
		return err
	}
	data.Chart = chartOf(lang, p.frame.Now(), imports)
	may := data.Person.May(operator)
	for i := range inboxes {
		data.Inboxes = append(data.Inboxes, p.inboxCard(lang, &inboxes[i], imports, may))
	}
	for i := range sources {
		data.Sources = append(data.Sources, p.sourceCard(lang, &sources[i], imports, may))
	}
	p.frame.Draw(w, r, http.StatusOK, "overview", data)
	return nil
}

func leadOf(lang string, needs int, empty bool) string {
	switch {
	case empty:
		return words.Say(lang, "Here you see what has come in and what needs you. Nothing has been imported yet. Three steps, about five minutes.")
	case needs == 0:
		return words.Say(lang, "Everything is running by itself.")
	case needs == 1:
		return words.Say(lang, "One thing needs somebody. Everything else is running by itself.")
	}
	return fmt.Sprintf(words.Say(lang, "%s things need somebody. Everything else is running by itself."), words.Number(lang, needs))
}

// side returns what the side of every page shows.
func (p *Pages) side(r *http.Request) frame.Side {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	s := frame.Side{Unready: p.Status.Ready(ctx) != nil}
	for _, in := range p.Status.Inboxes() {
		s.Queued += in.Waiting
	}
	if held, err := p.Reader.Held(ctx); err == nil {
		s.Waiting = len(held)
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
func (p *Pages) needs(lang string, imports []ledger.Import, inboxes []Inbox, sources []Source) []need {
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
	for i := range imports {
		imp := &imports[i]
		at := &link{URL: "/imports/" + imp.ID, Text: words.Say(lang, "Show")}
		switch {
		case imp.State == ledger.Held:
			at.URL, at.Text = "/waiting#"+imp.ID, words.Say(lang, "Review")
			held = append(held, need{"amber", "clock", fmt.Sprintf(words.Say(lang, "%s is waiting for you"), fileOf(lang, imp)), message.Plain(imp.Why), words.Age(lang, now, imp.Began), at})
		case imp.State.Waits():
			held = append(held, need{"red", "warn", fmt.Sprintf(words.Say(lang, "The import of %s is stuck"), fileOf(lang, imp)), message.Plain(imp.Why), words.Age(lang, now, imp.Began), at})
		case p.rowsNeed(imp, imports):
			at.URL, at.Text = at.URL+"#problems", words.Say(lang, "Correct the rows")
			n := words.Number(lang, imp.Tally.NotApplied())
			rejected = append(rejected, need{"red", "warn", fmt.Sprintf(words.Say(lang, "%s companies or contacts of %s did not come in"), n, fileOf(lang, imp)),
				words.Say(lang, "The others are imported."), words.When(lang, now, imp.Began), at})
		}
	}
	const most = 10
	all = append(append(all, held...), rejected...)
	if len(all) > most {
		all = all[:most]
	}
	return all
}

// rowsNeed reports whether rejected rows of an import need a person: until a correction of them has been imported, a later import of the same file had
// none, or the import was undone.
func (p *Pages) rowsNeed(imp *ledger.Import, all []ledger.Import) bool {
	if imp.State != ledger.Done || imp.Undoes != "" || imp.UndoneBy != "" || imp.Tally.NotApplied() == 0 {
		return false
	}
	for i := range all {
		later := &all[i]
		if later.No > imp.No && later.State == ledger.Done && (later.Parent == imp.ID || later.Workbook == imp.Workbook && later.Inbox == imp.Inbox) {
			return false
		}
	}
	return true
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
		all = append(all, need{"amber", "info", fmt.Sprintf(words.Say(lang, "Files in %s that nobody will read"), in.Name),
			message.Plain(strings.Join(in.Never, ", ")) + ". " + words.Say(lang, "They are no workbooks. Move them away, or save them as .xlsx or .csv."), "", at})
	}
	return all
}

func anchor(kind, name string) string { return kind + "-" + url.PathEscape(name) }

func (p *Pages) inboxCard(lang string, in *Inbox, imports []ledger.Import, may bool) card {
	now := p.frame.Now()
	c := card{Anchor: anchor("inbox", in.Name), Name: in.Name, Where: in.Path, Link: "/imports?inbox=" + url.QueryEscape(in.Name)}
	var mine []*ledger.Import
	for i := range imports {
		if imports[i].Inbox == in.Name && len(mine) < stripRuns {
			mine = append(mine, &imports[i])
		}
	}
	c.Strip = stripOf(lang, now, mine)
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

func (p *Pages) sourceCard(lang string, s *Source, imports []ledger.Import, may bool) card {
	now := p.frame.Now()
	c := card{Anchor: anchor("source", s.Name), Name: s.Name, Where: s.Where, Link: "/imports?inbox=" + url.QueryEscape(s.Inbox)}
	var mine []*ledger.Import
	for i := range imports {
		if imports[i].Source == s.Name && len(mine) < stripRuns {
			mine = append(mine, &imports[i])
		}
	}
	c.Strip = stripOf(lang, now, mine)
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
