package watcher

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// openings is how long the start waits for an inbox to open. One on a server that hangs must not hold up the others.
const openings = 10 * time.Second

// beginning hands out what was claimed before this start, of all inboxes, in the order in which it was claimed, but for what was in work.
type beginning struct {
	inboxes int
	first   []string // IDs of those that go before all others
	reports chan []Arrival
	closed  chan struct{} // no more reports are taken
	over    chan struct{} // all is handed out: new files may be claimed
}

func newBeginning(inboxes int, first []string) *beginning {
	return &beginning{inboxes: inboxes, first: first, reports: make(chan []Arrival), closed: make(chan struct{}), over: make(chan struct{})}
}

// report says what an inbox found. It gives back what the inbox must hand out itself, because it came too late.
func (b *beginning) report(found []Arrival) []Arrival {
	select {
	case b.reports <- found:
		return nil
	case <-b.closed:
		return found
	}
}

func (b *beginning) run(ctx context.Context, out chan<- Arrival) error {
	all := b.collect(ctx)
	close(b.closed)
	for _, a := range all {
		select {
		case out <- a:
		case <-ctx.Done():
			return nil
		}
	}
	close(b.over)
	return nil
}

func (b *beginning) collect(ctx context.Context) []Arrival {
	late := time.NewTimer(openings)
	defer late.Stop()
	var all []Arrival
	for range b.inboxes {
		select {
		case found := <-b.reports:
			all = append(all, found...)
		case <-late.C:
			return b.sorted(all)
		case <-ctx.Done():
			return nil
		}
	}
	return b.sorted(all)
}

// sorted puts them in the order of their IDs. Two inboxes are watched side by side, so of two files the one that was claimed later may be in
// work already: it is carried to its end first, or another's rows would come between its own.
func (b *beginning) sorted(all []Arrival) []Arrival {
	late := func(a Arrival) int {
		if slices.Contains(b.first, a.ID) {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(a, b Arrival) int { return cmp.Or(cmp.Compare(late(a), late(b)), strings.Compare(a.ID, b.ID)) })
	return all
}
