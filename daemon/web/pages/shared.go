package pages

import (
	"context"
	"sync"
	"time"

	"inlet.example/inlet/daemon/web/drawing"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
)

// sharedAge is how long what was read of the store is drawn again, so that many open pages cost no more than one.
const sharedAge = time.Second

// shared is what the pages that are open show alike. It is read by the first of them and drawn by all.
type shared struct {
	mu   sync.Mutex
	read time.Time
	overviewData

	sideMu   sync.Mutex
	sideRead time.Time
	waiting  int
	unready  bool
}

// overviewData is what the overview shows of the imports.
type overviewData struct {
	empty, uncatalogued bool
	needs               listing.Page
	days                []listing.Day
	byInbox, bySource   map[string][]ledger.Import // the newest first
}

// mostNeeds is how many imports that need a person the overview shows.
const mostNeeds = 10

func (s *shared) overview(ctx context.Context, p *Pages, inboxes []Inbox, sources []Source) (overviewData, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.frame.Now().Sub(s.read) < sharedAge {
		return s.overviewData, nil
	}
	now, err := readOverview(ctx, p, inboxes, sources)
	if err == nil {
		s.overviewData, s.read = now, p.frame.Now()
	}
	return now, err
}

func readOverview(ctx context.Context, p *Pages, inboxes []Inbox, sources []Source) (overviewData, error) {
	const newest = 200
	d := overviewData{byInbox: map[string][]ledger.Import{}, bySource: map[string][]ledger.Import{}}
	recent, err := p.Lists.Page(ctx, listing.Filter{}, listing.Bounds{Limit: newest})
	if err != nil {
		return d, err
	}
	d.empty, d.uncatalogued = len(recent.Imports) == 0, recent.Uncatalogued
	if d.needs, err = p.Lists.Page(ctx, listing.Filter{State: listing.Needing}, listing.Bounds{Limit: mostNeeds}); err != nil {
		return d, err
	}
	if d.days, err = p.Lists.Days(ctx, listing.DateOf(p.frame.Now().AddDate(0, 0, 1-drawing.Days)), 2*drawing.Days); err != nil {
		return d, err
	}
	for i := range inboxes {
		if d.byInbox[inboxes[i].Name], err = runsOf(ctx, p, listing.Filter{Inbox: inboxes[i].Name}, &recent); err != nil {
			return d, err
		}
	}
	for i := range sources {
		if d.bySource[sources[i].Name], err = runsOf(ctx, p, listing.Filter{Source: sources[i].Name}, &recent); err != nil {
			return d, err
		}
	}
	return d, nil
}

// runsOf returns the newest imports that a filter selects. They are read only where the newest of all have too few of them.
func runsOf(ctx context.Context, p *Pages, f listing.Filter, recent *listing.Page) ([]ledger.Import, error) {
	var mine []ledger.Import
	for i := range recent.Imports {
		if f.Shows(&recent.Imports[i]) && len(mine) < drawing.Runs {
			mine = append(mine, recent.Imports[i])
		}
	}
	if len(mine) == drawing.Runs || recent.Last() == 0 || recent.Uncatalogued {
		return mine, nil
	}
	page, err := p.Lists.Page(ctx, f, listing.Bounds{Limit: drawing.Runs})
	return page.Imports, err
}

// side returns whether no file can be imported now, and how many wait for a person.
func (s *shared) side(ctx context.Context, p *Pages) (unready bool, waiting int) {
	s.sideMu.Lock()
	defer s.sideMu.Unlock()
	if p.frame.Now().Sub(s.sideRead) < sharedAge {
		return s.unready, s.waiting
	}
	s.unready, s.waiting = p.Status.Ready(ctx) != nil, 0
	if held, err := p.Reader.Held(ctx); err == nil {
		s.waiting = len(held)
	}
	s.sideRead = p.frame.Now()
	return s.unready, s.waiting
}
