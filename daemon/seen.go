package daemon

import (
	"fmt"
	"sync"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/watcher"
)

// seen is what the last scan of each inbox found, for the pages.
type seen struct {
	mu    sync.Mutex
	names []string // of the inboxes that the configuration has now, in its order
	last  map[string]watcher.Scan
}

// begin forgets what was seen by another configuration.
func (s *seen) begin(inboxes []config.Inbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names, s.last = nil, map[string]watcher.Scan{}
	for _, inbox := range inboxes {
		s.names = append(s.names, inbox.Name)
	}
}

func (s *seen) scanned(inbox string, scan watcher.Scan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[inbox] = scan
}

// inboxes returns what the pages show.
func (s *seen) inboxes(h *hand) []web.Inbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []web.Inbox{}
	for _, name := range s.names {
		scan := s.last[name]
		all = append(all, web.Inbox{Name: name, Waiting: scan.Waiting + len(h.waiting(name, scan.Claimed)), Open: web.NewFiles(scan.Open, scan.OpenNames),
			NotWorkbooks: web.NewFiles(scan.NotWorkbooks, scan.NotWorkbookNames),
			Unreadable:   web.NewFiles(scan.Unreadable, scan.UnreadableNames), Claimed: claims(h, name, scan.Claimed)})
	}
	return all
}

// claims returns the claimed workbooks of an inbox as the pages show them.
func claims(h *hand, inbox string, all []watcher.Claim) []web.Claim {
	shown := []web.Claim{}
	for _, c := range all {
		shown = append(shown, web.Claim{Name: c.Name, Since: c.Seen, Why: h.says(inbox, c)})
	}
	return shown
}

// unusable says which inboxes cannot be used. One that was not looked into yet is on a disk that hangs.
func (s *seen) unusable() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []error
	for _, name := range s.names {
		scan, looked := s.last[name]
		if !looked {
			all = append(all, fmt.Errorf("inbox %s could not be looked into yet", name))
		} else if scan.Err != nil {
			all = append(all, fmt.Errorf("inbox %s cannot be used: %w", name, scan.Err))
		}
	}
	return all
}
