package pages

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
)

// filter is what a list shows.
type filter struct{ State, Inbox, File string }

// states are the tabs of the list: the word in the address, the text, and which imports it shows.
var states = []struct {
	word, text string
	shows      func(*ledger.Import) bool
}{
	{"", "All", func(*ledger.Import) bool { return true }},
	{"errors", "Done with errors", func(i *ledger.Import) bool { return i.State == ledger.Done && i.Tally.NotApplied() > 0 }},
	{"held", "Waiting for you", func(i *ledger.Import) bool { return i.State == ledger.Held }},
	{"stopped", "Stopped", func(i *ledger.Import) bool { return i.State == ledger.Refused || i.State.Waits() }},
	{"undone", "Undone", func(i *ledger.Import) bool { return i.UndoneBy != "" }},
	{"before", "Imported before", func(i *ledger.Import) bool { return i.State == ledger.Duplicate }},
}

func (f filter) shows(imp *ledger.Import) bool {
	for _, s := range states {
		if s.word == f.State && !s.shows(imp) {
			return false
		}
	}
	return (f.Inbox == "" || imp.Inbox == f.Inbox) && strings.Contains(strings.ToLower(imp.Workbook), strings.ToLower(f.File))
}

// url returns the address of the list with a filter, older than the import with a number.
func (f filter) url(before int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"state": f.State, "inbox": f.Inbox, "file": f.File} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	if len(q) == 0 {
		return "/imports"
	}
	return "/imports?" + q.Encode()
}

// What a page of the list shows, and how many imports are looked at for it. The next page goes on where this one has looked.
const (
	listRows = 25
	listRead = 2000
)

type importsPage struct {
	frame.Base
	Lead         string
	Running      *running
	Tabs         []link
	Filter       filter
	InboxNames   []string
	Imports      []row
	Newer, Older string
}

func (p *Pages) imports(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	q := r.URL.Query()
	f := filter{State: q.Get("state"), Inbox: q.Get("inbox"), File: q.Get("file")}
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // anything else: from the newest
	data := importsPage{Base: p.frame.Base(r, words.Say(lang, "Completed imports"), "/imports"), Filter: f}
	for _, s := range states {
		data.Tabs = append(data.Tabs, link{URL: filter{State: s.word, Inbox: f.Inbox, File: f.File}.url(0), Text: words.Say(lang, s.text), Current: s.word == f.State})
	}
	for _, in := range p.Status.Inboxes() {
		data.InboxNames = append(data.InboxNames, in.Name)
	}
	found, next, err := p.find(r.Context(), f, max(before, 0))
	if err != nil {
		return err
	}
	for i := range found {
		data.Imports = append(data.Imports, rowOf(lang, p.frame.Now(), &found[i]))
	}
	if before > 0 {
		data.Newer = f.url(0)
	}
	if next > 0 {
		data.Older = f.url(next)
	}
	if data.Running, err = p.running(r.Context(), lang); err != nil {
		return err
	}
	data.Lead = words.Say(lang, "Every file that has come in, the newest first.")
	p.frame.Draw(w, r, http.StatusOK, "imports", data)
	return nil
}

// find returns the next imports that a filter shows, and the number to go on from; 0 where there are no more.
func (p *Pages) find(ctx context.Context, f filter, before int64) (found []ledger.Import, next int64, err error) {
	const page = 100
	for read := 0; read < listRead; read += page {
		imports, err := p.Reader.Imports(ctx, before, page)
		if err != nil {
			return nil, 0, err
		}
		for i := range imports {
			if before = imports[i].No; !f.shows(&imports[i]) {
				continue
			}
			if found = append(found, imports[i]); len(found) == listRows {
				return found, before, nil
			}
		}
		if len(imports) < page {
			return found, 0, nil
		}
	}
	return found, before, nil
}
