// Package status has what the pages show of the inboxes of one store.
package status

import (
	"fmt"
	"sync"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
)

// Inboxes is what the pages show of the inboxes: what the last scans found, and what the claimed workbooks wait for.
type Inboxes struct {
	mu          sync.Mutex
	names       []string // in the order of the configuration
	scans       map[string]watcher.Scan
	current     map[string]bool            // the arrivals that are being imported; not from a failed attempt until a retry writes rows
	indexing    map[string]func() int64    // how many stored records were given keys so far for an arrival that waits for that, by its ID
	memory      map[string]bool            // arrivals that wait for memory
	elsewhere   map[string]claims.Reason   // what arrivals of other daemons wait for
	stuck       map[string]map[string]bool // arrivals by inbox
	interrupted map[string]string          // why the last attempt of an arrival ended early, by its ID
	paused      settings.Paused
}

// New makes the status of some inboxes that were not scanned yet.
func New(inboxes []config.Inbox) *Inboxes {
	s := &Inboxes{current: map[string]bool{}, indexing: map[string]func() int64{}, memory: map[string]bool{}, scans: map[string]watcher.Scan{}, stuck: map[string]map[string]bool{}, interrupted: map[string]string{}}
	for _, inbox := range inboxes {
		s.names = append(s.names, inbox.Name)
	}
	return s
}

// Scanned notes what a scan of an inbox found.
func (s *Inboxes) Scanned(inbox string, scan watcher.Scan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans[inbox] = scan
}

// Importing notes that an arrival is being imported.
func (s *Inboxes) Importing(arrival string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current[arrival] = true
}

// Waits notes that an arrival waits, and is not being imported meanwhile.
func (s *Inboxes) Waits(arrival string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.current, arrival)
}

// SetIndexing notes that an arrival waits for the stored records to be indexed; nil: no longer.
func (s *Inboxes) SetIndexing(arrival string, records func() int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.indexing[arrival] = records; records == nil {
		delete(s.indexing, arrival)
	}
}

// SetWaitsForMemory notes that an arrival waits for a large workbook of another store, or no longer does.
func (s *Inboxes) SetWaitsForMemory(arrival string, waits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.memory[arrival] = waits; !waits {
		delete(s.memory, arrival)
	}
}

// SetElsewhere sets what the arrivals wait for that other daemons of the store have claimed, by their IDs.
func (s *Inboxes) SetElsewhere(waits map[string]claims.Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.elsewhere = waits
}

// AttemptEnded notes how an attempt to import an arrival ended.
func (s *Inboxes) AttemptEnded(arrival string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.current, arrival)
	delete(s.interrupted, arrival)
	if err != nil {
		s.interrupted[arrival] = err.Error()
	}
}

// SetPauses sets what a person has paused.
func (s *Inboxes) SetPauses(all settings.Paused) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = all
}

// SetStuck sets the arrivals of an inbox that are stuck.
func (s *Inboxes) SetStuck(inbox string, arrivals map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck[inbox] = arrivals
}

// Pending returns the claims of an inbox that are neither being imported nor stuck.
func (s *Inboxes) Pending(inbox string, claims []watcher.Claim) []watcher.Claim {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pendingLocked(inbox, claims)
}

func (s *Inboxes) pendingLocked(inbox string, claims []watcher.Claim) []watcher.Claim {
	var pending []watcher.Claim
	for _, c := range claims {
		if !s.current[c.ID] && !s.stuck[inbox][c.ID] {
			pending = append(pending, c)
		}
	}
	return pending
}

// All returns what the pages show.
func (s *Inboxes) All() []web.Inbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []web.Inbox{}
	for _, name := range s.names {
		scan := s.scans[name]
		shown := web.Inbox{Name: name, Waiting: scan.Waiting + len(s.pendingLocked(name, scan.Claimed)), Open: web.NewFiles(scan.Open, scan.OpenNames),
			NotWorkbooks: web.NewFiles(scan.NotWorkbooks, scan.NotWorkbookNames), Unreadable: web.NewFiles(scan.Unreadable, scan.UnreadableNames),
			Claimed: []web.Claim{}}
		for _, c := range scan.Claimed {
			shown.Claimed = append(shown.Claimed, web.Claim{Name: c.Name, Since: c.Seen, Why: s.whyLocked(name, c)})
		}
		all = append(all, shown)
	}
	return all
}

// Inbox is an inbox as its last scan found it.
type Inbox struct {
	Name                     string
	Paused                   bool
	Waiting, Open            int             // workbooks to import; those that a program has open
	NotWorkbooks, Unreadable []string        // the first of them
	Claimed                  []watcher.Claim // that wait, the oldest first
	Why                      claims.Reason   // what the oldest of them waits for, if it is not its turn
	Err                      error           // why it cannot be used
}

// Inboxes returns what the last scans found, in the order of the configuration.
func (s *Inboxes) Inboxes() []Inbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Inbox
	for _, name := range s.names {
		scan := s.scans[name]
		pending := s.pendingLocked(name, scan.Claimed)
		_, paused := s.paused.Holds(settings.OfInbox(name))
		_, allPaused := s.paused.Holds(settings.Everything)
		is := Inbox{Name: name, Paused: paused || allPaused, Waiting: scan.Waiting + len(pending), Open: scan.Open,
			NotWorkbooks: scan.NotWorkbookNames, Unreadable: scan.UnreadableNames, Claimed: pending, Err: scan.Err}
		if len(pending) > 0 {
			is.Why = s.reasonLocked(pending[0].ID)
		}
		all = append(all, is)
	}
	return all
}

// reasonLocked returns what an arrival waits for, here or in another daemon.
func (s *Inboxes) reasonLocked(arrival string) claims.Reason {
	switch {
	case s.indexing[arrival] != nil:
		return claims.ForIndex
	case s.memory[arrival]:
		return claims.ForMemory
	}
	return s.elsewhere[arrival]
}

// whyLocked says why a claimed workbook is not imported yet.
func (s *Inboxes) whyLocked(inbox string, c watcher.Claim) string {
	_, allPaused := s.paused.Holds(settings.Everything)
	_, inboxPaused := s.paused.Holds(settings.OfInbox(inbox))
	switch {
	case s.current[c.ID]:
		return "is being imported"
	case s.stuck[inbox][c.ID]:
		return "is stuck, see inlet list"
	case allPaused:
		return "importing is paused"
	case inboxPaused:
		return "its inbox is paused"
	case s.indexing[c.ID] != nil:
		return fmt.Sprintf("waiting until the stored records are indexed by its match rules, %d so far", s.indexing[c.ID]())
	case s.reasonLocked(c.ID) == claims.ForIndex:
		return "waiting until the stored records are indexed by its match rules"
	case s.reasonLocked(c.ID) == claims.ForMemory:
		return "waiting until another large workbook is imported"
	case s.interrupted[c.ID] != "":
		return "will be retried: " + s.interrupted[c.ID]
	}
	return "waiting for earlier workbooks"
}

// Usable reports whether the last scan of an inbox succeeded.
func (s *Inboxes) Usable(inbox string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	scan, scanned := s.scans[inbox]
	return scanned && scan.Err == nil
}

// Unusable returns an error for each inbox that cannot be used. One that was not scanned yet is on a disk that does not answer.
func (s *Inboxes) Unusable() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []error
	for _, name := range s.names {
		scan, scanned := s.scans[name]
		if !scanned {
			all = append(all, fmt.Errorf("inbox %s has not been scanned yet", name))
		} else if scan.Err != nil {
			all = append(all, fmt.Errorf("inbox %s cannot be used: %w", name, scan.Err))
		}
	}
	return all
}
