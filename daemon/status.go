package daemon

import (
	"fmt"
	"sync"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
)

// inboxStatus is what the pages show of the inboxes: what the last scans found, and what the claimed workbooks wait for.
type inboxStatus struct {
	mu          sync.Mutex
	names       []string // of the inboxes of the current configuration, in its order
	scans       map[string]watcher.Scan
	current     map[string]bool            // the arrivals that are being imported; not from a failed attempt until a retry writes rows
	indexing    map[string]func() int64    // how many stored records were given keys so far for an arrival that waits for that, by its ID
	stuck       map[string]map[string]bool // arrivals by inbox
	interrupted map[string]string          // why the last attempt of an arrival ended early, by its ID
	paused      settings.Paused
}

func newInboxStatus() *inboxStatus {
	return &inboxStatus{current: map[string]bool{}, indexing: map[string]func() int64{}, scans: map[string]watcher.Scan{}, stuck: map[string]map[string]bool{}, interrupted: map[string]string{}}
}

// configure sets the inboxes, and forgets the scans of an earlier configuration.
func (s *inboxStatus) configure(inboxes []config.Inbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names, s.scans = nil, map[string]watcher.Scan{}
	for _, inbox := range inboxes {
		s.names = append(s.names, inbox.Name)
	}
}

func (s *inboxStatus) scanned(inbox string, scan watcher.Scan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans[inbox] = scan
}

// importing notes that an arrival is being imported.
func (s *inboxStatus) importing(arrival string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current[arrival] = true
}

// waits notes that an arrival waits, and is not being imported meanwhile.
func (s *inboxStatus) waits(arrival string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.current, arrival)
}

// setIndexing notes that an arrival waits for the stored records to be indexed; nil: no longer.
func (s *inboxStatus) setIndexing(arrival string, records func() int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.indexing[arrival] = records; records == nil {
		delete(s.indexing, arrival)
	}
}

// attemptEnded notes how an attempt to import an arrival ended.
func (s *inboxStatus) attemptEnded(arrival string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.current, arrival)
	delete(s.interrupted, arrival)
	if err != nil {
		s.interrupted[arrival] = err.Error()
	}
}

func (s *inboxStatus) setPauses(all settings.Paused) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = all
}

// setStuck sets the arrivals of an inbox that are stuck.
func (s *inboxStatus) setStuck(inbox string, arrivals map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck[inbox] = arrivals
}

// pending returns the claims of an inbox that are neither being imported nor stuck.
func (s *inboxStatus) pending(inbox string, claims []watcher.Claim) []watcher.Claim {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pendingLocked(inbox, claims)
}

func (s *inboxStatus) pendingLocked(inbox string, claims []watcher.Claim) []watcher.Claim {
	var pending []watcher.Claim
	for _, c := range claims {
		if !s.current[c.ID] && !s.stuck[inbox][c.ID] {
			pending = append(pending, c)
		}
	}
	return pending
}

// inboxes returns what the pages show.
func (s *inboxStatus) inboxes() []web.Inbox {
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

// whyLocked says why a claimed workbook is not imported yet.
func (s *inboxStatus) whyLocked(inbox string, c watcher.Claim) string {
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
	case s.interrupted[c.ID] != "":
		return "will be retried: " + s.interrupted[c.ID]
	}
	return "waiting for earlier workbooks"
}

// unusable returns an error for each inbox that cannot be used. One that was not scanned yet is on a disk that does not answer.
func (s *inboxStatus) unusable() []error {
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
