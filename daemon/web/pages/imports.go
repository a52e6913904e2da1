package pages

import (
	"net/http"
	"net/url"
	"strconv"

	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger/listing"
)

// listFilter is what a list shows, as it stands in its address.
type listFilter struct{ State, Inbox, File string }

func (f listFilter) filter() listing.Filter {
	return listing.Filter{State: listing.State(f.State), Inbox: f.Inbox, File: f.File}
}

// tabs are those of the list.
var tabs = []struct {
	state listing.State
	text  string
}{
	{listing.All, "All"}, {listing.Needing, "Needs you"}, {listing.Errors, "Done with errors"}, {listing.Held, "Waiting for you"}, {listing.Stopped, "Stopped"},
	{listing.Undone, "Undone"}, {listing.Repeated, "Imported before"},
}

// url returns the address of the list with a filter, before or after the import with a number.
func (f listFilter) url(before, after int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"state": f.State, "inbox": f.Inbox, "file": f.File} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, no := range map[string]int64{"before": before, "after": after} {
		if no > 0 {
			q.Set(name, strconv.FormatInt(no, 10))
		}
	}
	if len(q) == 0 {
		return "/imports"
	}
	return "/imports?" + q.Encode()
}

// listRows is how many imports a page of the list shows.
const listRows = 25

type importsPage struct {
	frame.Base
	Lead                 string
	Running              *running
	Tabs                 []link
	Filter               listFilter
	InboxNames           []string
	Imports              []row
	Newest, Newer, Older string
}

func (p *Pages) imports(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	q := r.URL.Query()
	f := listFilter{State: q.Get("state"), Inbox: q.Get("inbox"), File: q.Get("file")}
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // anything else: from the newest
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	data := importsPage{Base: p.frame.Base(r, words.Say(lang, "Completed imports"), "/imports"), Filter: f}
	for _, tab := range tabs {
		data.Tabs = append(data.Tabs, link{URL: listFilter{string(tab.state), f.Inbox, f.File}.url(0, 0), Text: words.Say(lang, tab.text), Current: string(tab.state) == f.State})
	}
	for _, in := range p.Status.Inboxes() {
		data.InboxNames = append(data.InboxNames, in.Name)
	}
	page, err := p.Lists.Page(r.Context(), f.filter(), listing.Bounds{Before: max(before, 0), After: max(after, 0), Limit: listRows})
	if err != nil {
		return err
	}
	for i := range page.Imports {
		data.Imports = append(data.Imports, rowOf(lang, p.frame.Now(), &page.Imports[i]))
	}
	if first := page.First(); first > 0 {
		data.Newest, data.Newer = f.url(0, 0), f.url(0, first)
	} else if before > 0 {
		data.Newest = f.url(0, 0)
	}
	if last := page.Last(); last > 0 {
		data.Older = f.url(last, 0)
	}
	if page.Uncatalogued {
		data.Notice = uncatalogued(lang)
	}
	if data.Running, err = p.running(r.Context(), lang); err != nil {
		return err
	}
	data.Lead = words.Say(lang, "Every file that has come in, the newest first.")
	p.frame.Draw(w, r, http.StatusOK, "imports", data)
	return nil
}
