// Package totals counts what imports did, for each day and inbox.
//
// # Why a total is right after a crash
//
// An import and the day that it belongs to are two documents, written in this order by one command, which not every database does as one. The day counts
// the import, and notes beside that under a token of its own by how much, and which version of the import's document is about to be replaced. The import
// is written with the token. So whoever finds the note later knows whether that happened. If it did not, and cannot happen any more, the note is taken
// back. Where it still can, because its process may only have been suspended, the document is first written again as it is, so that it has another version.
//
// A note is removed once its import is known to be written: usually with the next import of the day.
package totals

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store/engine"
)

// Totals are those of a store.
type Totals struct {
	mu      sync.Mutex
	written map[string]bool       // tokens of the imports that this process has written
	days    map[string]engine.Doc // as this process has written them last
}

// Counted is what the totals count of an import, as its own document says.
type Counted struct {
	listing.Rows
	Date  string `json:"date"`  // of the day that counts it
	Token string `json:"token"` // of its last note
}

// day is the document with the totals of a day.
type day struct {
	Inboxes map[string]listing.Rows `json:"inboxes"`
	Notes   map[string]note         `json:"notes,omitempty"` // by token
}

// note is what was counted of an import that was not known to be written then.
type note struct {
	Import  string       `json:"import"`
	Inbox   string       `json:"inbox"`
	Version int64        `json:"version"` // of its document that is replaced
	Rows    listing.Rows `json:"rows"`    // by which the total rose
}

// dayID returns the ID of the document of a day, which stands beside the imports.
func dayID(date string) string { return dayPrefix + date }

// What the Orders of the documents of days, and of imports, begin with.
const (
	dayPrefix = "rows/"
	Imports   = "0"
)

func (d *day) add(inbox string, r listing.Rows) {
	if d.Inboxes == nil {
		d.Inboxes = map[string]listing.Rows{}
	}
	d.Inboxes[inbox] = d.Inboxes[inbox].Plus(r)
}

// Writing is an import that is about to be written in place of a version of its document.
type Writing struct {
	ID, Inbox string
	Began     time.Time
	Rows      listing.Rows // that it counts for
	Counted   *Counted     // that its document says
	Doc       engine.Doc
	Encode    func() ([]byte, error) // returns the body of its document, with Counted

	was Counted
}

// Write writes imports, and counts those that count for something else than before. It returns how many it has written: up to the first of which another
// process has written its document meanwhile.
func (t *Totals) Write(ctx context.Context, docs engine.Documents, imports ...*Writing) (int, error) {
	for _, imp := range imports {
		if err := imp.prepare(); err != nil {
			return 0, err
		}
	}
	for {
		days, err := t.count(ctx, docs, imports)
		if err != nil {
			return 0, err
		}
		n := 0
		if len(days) == 0 && len(imports) == 1 {
			var swapped bool
			if swapped, err = docs.Swap(ctx, engine.Imports, imports[0].Doc); swapped {
				n = 1
			}
		} else {
			all := slices.Clone(days)
			for _, imp := range imports {
				all = append(all, imp.Doc)
			}
			n, err = docs.WriteAll(ctx, engine.Imports, all)
		}
		t.keep(days, n, err)
		if err != nil || n >= len(days) {
			n = max(0, n-len(days))
			t.wrote(imports[:n])
			return n, err
		}
	}
}

// prepare says in the import's document what is counted of it.
func (w *Writing) prepare() (err error) {
	if w.was = *w.Counted; w.counts() {
		w.Counted.Rows, w.Counted.Token = w.Rows, rand.Text()
		if w.was.Date == "" {
			w.Counted.Date = listing.DateOf(w.Began)
		}
	}
	w.Doc.Body, err = w.Encode()
	return err
}

// counts reports whether the import counts for something else than before.
func (w *Writing) counts() bool { return w.was.Rows != w.Rows }

// count returns the documents of days as they are to be written.
func (t *Totals) count(ctx context.Context, docs engine.Documents, imports []*Writing) ([]engine.Doc, error) {
	byDay, own := map[string][]*Writing{}, map[string]bool{}
	for _, imp := range imports {
		if imp.counts() {
			byDay[imp.Counted.Date], own[imp.Counted.Token] = append(byDay[imp.Counted.Date], imp), true
		}
	}
	var all []engine.Doc
	for date, some := range byDay {
		doc, d, err := t.load(ctx, docs, dayID(date))
		if err != nil {
			return nil, err
		}
		if unsure := t.unsure(&d, own); len(unsure) > 0 {
			if err := t.settle(ctx, docs, &d, unsure); err != nil {
				return nil, err
			}
		}
		t.dropWritten(&d)
		for _, imp := range some {
			d.note(imp)
		}
		if doc.Body, err = json.Marshal(d); err != nil {
			return nil, err
		}
		all = append(all, doc)
	}
	return all, nil
}

// load returns the document of a day; a new one where there is none.
func (t *Totals) load(ctx context.Context, docs engine.Documents, id string) (engine.Doc, day, error) {
	t.mu.Lock()
	doc, ok := t.days[id]
	t.mu.Unlock()
	var err error
	if !ok {
		if doc, ok, err = docs.Load(ctx, engine.Imports, id); err != nil {
			return doc, day{}, err
		}
	}
	var d day
	if !ok {
		return engine.Doc{ID: id, Order: id}, d, nil
	}
	return doc, d, json.Unmarshal(doc.Body, &d)
}

// keep keeps the documents of days of which it is known that they were written as they are, and forgets the others.
func (t *Totals) keep(days []engine.Doc, written int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(days) > 0 {
		t.days = map[string]engine.Doc{}
	}
	for i, doc := range days {
		if doc.Version++; err == nil && i < written {
			t.days[doc.ID] = doc
		}
	}
}

// Tidy removes the notes of imports that are written from the days that were written last.
func (t *Totals) Tidy(ctx context.Context, docs engine.Documents) error {
	t.mu.Lock()
	days := slices.Collect(maps.Values(t.days))
	t.mu.Unlock()
	for _, doc := range days {
		var d day
		if err := json.Unmarshal(doc.Body, &d); err != nil {
			return err
		}
		before := len(d.Notes)
		if t.dropWritten(&d); len(d.Notes) == before {
			continue
		}
		var err error
		if doc.Body, err = json.Marshal(d); err != nil {
			return err
		}
		t.Forget()
		if _, err := docs.Swap(ctx, engine.Imports, doc); err != nil { // not swapped: another process has written it, and tidies it some day
			return err
		}
	}
	return nil
}

// Forget has the days read again: what was written of them may have been rolled back.
func (t *Totals) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.days = nil
}

// note counts an import as it will be in place of what it was, once.
func (d *day) note(imp *Writing) {
	if _, noted := d.Notes[imp.Counted.Token]; noted {
		return
	}
	n := note{imp.ID, imp.Inbox, imp.Doc.Version, imp.Rows.Minus(imp.was.Rows)}
	d.add(n.Inbox, n.Rows)
	delete(d.Notes, imp.was.Token) // the import is written with it
	if d.Notes == nil {
		d.Notes = map[string]note{}
	}
	d.Notes[imp.Counted.Token] = n
}

func (t *Totals) dropWritten(d *day) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for token := range d.Notes {
		if t.written[token] {
			delete(d.Notes, token)
		}
	}
	if len(t.written) > mostWritten {
		clear(t.written) // those that are still noted are looked up
	}
}

// mostWritten bounds how many tokens are kept.
const mostWritten = 10_000

// wrote notes that imports are written.
func (t *Totals) wrote(imports []*Writing) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, imp := range imports {
		if t.written == nil {
			t.written = map[string]bool{}
		}
		if imp.counts() {
			t.written[imp.Counted.Token] = true
		}
	}
}

// unsure returns the notes of a day of which this process does not know whether their imports are written, other than those that it is about to write.
func (t *Totals) unsure(d *day, own map[string]bool) map[string]note {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := map[string]note{}
	for token, n := range d.Notes {
		if !t.written[token] && !own[token] {
			all[token] = n
		}
	}
	return all
}

// settle finds out what became of the notes of a day that a crash or another process left, and removes them.
func (t *Totals) settle(ctx context.Context, docs engine.Documents, d *day, unsure map[string]note) error {
	var ids []string
	for _, n := range unsure {
		ids = append(ids, n.Import)
	}
	found, err := docs.LoadAll(ctx, engine.Imports, ids)
	if err != nil {
		return err
	}
	byID := make(map[string]engine.Doc, len(found))
	for _, doc := range found {
		byID[doc.ID] = doc
	}
	for token, n := range unsure {
		known, lost, err := outcome(ctx, docs, byID, token, n)
		if err != nil {
			return err
		}
		if lost {
			d.add(n.Inbox, listing.Rows{}.Minus(n.Rows))
		}
		if known {
			delete(d.Notes, token)
		}
	}
	return nil
}

// outcome says whether it is known what became of a note, and whether its import was not written with it. One that was removed from the store was.
func outcome(ctx context.Context, docs engine.Documents, imports map[string]engine.Doc, token string, n note) (known, lost bool, err error) {
	doc, there := imports[n.Import]
	if !there {
		return true, false, nil
	}
	var imp struct {
		Counted Counted `json:"counted"`
	}
	if err := json.Unmarshal(doc.Body, &imp); err != nil {
		return false, false, err
	}
	if imp.Counted.Token == token || doc.Version != n.Version {
		return true, imp.Counted.Token != token, nil
	}
	swapped, err := docs.Swap(ctx, engine.Imports, doc)
	return swapped, swapped, err // else it was written meanwhile, and whoever comes next will know
}

// Days returns the totals of the days from a date on, the oldest first.
func Days(ctx context.Context, docs engine.Documents, from string, limit int) ([]listing.Day, error) {
	found, err := docs.Range(ctx, engine.Imports, engine.Range{Prefix: dayPrefix, After: dayID(from[:len(from)-1]), Limit: limit})
	if err != nil {
		return nil, err
	}
	var all []listing.Day
	for _, doc := range found {
		var d day
		if err := json.Unmarshal(doc.Body, &d); err != nil {
			return nil, err
		}
		if date := strings.TrimPrefix(doc.ID, dayPrefix); date >= from {
			all = append(all, listing.Day{Date: date, Inboxes: d.Inboxes})
		}
	}
	return all, nil
}
