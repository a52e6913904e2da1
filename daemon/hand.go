package daemon

import (
	"sync"

	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
)

// hand is what becomes of the claimed workbooks, for the metrics and the pages: which one is being imported, which are stuck, and why a try of
// one ended early.
type hand struct {
	mu     sync.Mutex
	going  string                     // the arrival that is being imported; "" from a failed try until rows of it are written again
	stuck  map[string]map[string]bool // arrivals by inbox
	why    map[string]string          // by arrival
	paused settings.Paused
}

func (h *hand) goes(arrival string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.going = arrival
}

// ended notes how a try of an arrival ended.
func (h *hand) ended(arrival string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.going = ""
	delete(h.why, arrival)
	if err != nil {
		if h.why == nil {
			h.why = map[string]string{}
		}
		h.why[arrival] = err.Error()
	}
}

func (h *hand) pause(all settings.Paused) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.paused = all
}

// stop notes the workbooks of an inbox that are stuck.
func (h *hand) stop(inbox string, all map[string]*aside) {
	ids := map[string]bool{}
	for id, a := range all {
		if a.Inbox == inbox && !a.written {
			ids[id] = true
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stuck == nil {
		h.stuck = map[string]map[string]bool{}
	}
	h.stuck[inbox] = ids
}

// waiting returns those of an inbox's claims that wait: neither imported now nor stuck.
func (h *hand) waiting(inbox string, all []watcher.Claim) []watcher.Claim {
	h.mu.Lock()
	defer h.mu.Unlock()
	var wait []watcher.Claim
	for _, c := range all {
		if c.ID != h.going && !h.stuck[inbox][c.ID] {
			wait = append(wait, c)
		}
	}
	return wait
}

// says why a claimed workbook is not imported yet.
func (h *hand) says(inbox string, c watcher.Claim) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, all := h.paused.Holds(settings.Everything)
	_, one := h.paused.Holds(settings.OfInbox(inbox))
	switch {
	case c.ID == h.going:
		return "is being imported"
	case h.stuck[inbox][c.ID]:
		return "is stuck, see inlet list"
	case all:
		return "importing is paused"
	case one:
		return "its inbox is paused"
	case h.why[c.ID] != "":
		return "is tried again: " + h.why[c.ID]
	}
	return "waits for its turn"
}
