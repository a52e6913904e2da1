// Package startup hands out what was claimed before this start, in the order in which it was claimed, before anything new is claimed.
package startup

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/watcher/inbox/claim"
)

// patience is how long the start waits for an inbox to open. One on a server that hangs must not hold up the others.
const patience = 10 * time.Second

// Startup hands out what was claimed before this start, of all inboxes in the order in which it was claimed. What was being imported when the
// earlier run ended goes first.
type Startup struct {
	inboxes   int
	first     []string // IDs of the claims that go before all others
	reports   chan []claim.Arrival
	collected chan struct{} // closed when no more reports are received
	done      chan struct{} // closed when all is handed out: new files may be claimed
}

// New makes the Startup of some inboxes.
func New(inboxes int, first []string) *Startup {
	return &Startup{inboxes: inboxes, first: first, reports: make(chan []claim.Arrival), collected: make(chan struct{}), done: make(chan struct{})}
}

// Done is closed when all is handed out: new files may be claimed.
func (s *Startup) Done() <-chan struct{} { return s.done }

// Collected is closed when every inbox was scanned once, or was waited for long enough.
func (s *Startup) Collected() <-chan struct{} { return s.collected }

// Run collects what the inboxes have found and sends it.
func (s *Startup) Run(ctx context.Context, out chan<- claim.Arrival) error {
	all := s.collect(ctx)
	close(s.collected)
	for _, a := range all {
		select {
		case out <- a:
		case <-ctx.Done():
			return nil
		}
	}
	close(s.done)
	return nil
}

// Report passes on what an inbox has found. It returns what the inbox must hand out itself, because it was too late.
func (s *Startup) Report(found []claim.Arrival) []claim.Arrival {
	select {
	case s.reports <- found:
		return nil
	case <-s.collected:
		return found
	}
}

func (s *Startup) collect(ctx context.Context) []claim.Arrival {
	late := time.NewTimer(patience)
	defer late.Stop()
	var all []claim.Arrival
	for range s.inboxes {
		select {
		case found := <-s.reports:
			all = append(all, found...)
		case <-late.C:
			return s.sorted(all)
		case <-ctx.Done():
			return nil
		}
	}
	return s.sorted(all)
}

// sorted puts them in the order of their IDs. Inboxes are watched side by side, so the import of the younger of two files may have begun already:
// it is finished first, since otherwise the rows of another file would come between its own.
func (s *Startup) sorted(all []claim.Arrival) []claim.Arrival {
	rank := func(a claim.Arrival) int {
		if slices.Contains(s.first, a.ID) {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(a, b claim.Arrival) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.ID, b.ID))
	})
	return all
}
