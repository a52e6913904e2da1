package claim

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const idTime = "20060102T150405.000000"

// IDs gives arrivals their IDs: the time in UTC, so that they sort by age, and four digits that another daemon on the same inbox or store will
// hardly share.
type IDs struct {
	mu    sync.Mutex
	last  time.Time
	first time.Time // the first that was given; zero before
	owner uint16
}

// NewIDs makes the IDs of one run of a daemon.
func NewIDs() *IDs { return &IDs{owner: uint16(rand.Uint32())} }

// next is greater than every ID given before or passed to advance, even if the clock was set back.
func (n *IDs) next() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now().UTC().Truncate(time.Microsecond)
	if !now.After(n.last) {
		now = n.last.Add(time.Microsecond)
	}
	n.last = now
	if n.first.IsZero() {
		n.first = now
	}
	return fmt.Sprintf("%s-%04x", now.Format(idTime), n.owner)
}

// Issued reports whether an ID was given here: another daemon's has other digits at its end, one of an earlier run is older.
func (n *IDs) Issued(id string) bool {
	if len(id) != len(idTime)+len("-0000") || id[len(idTime):] != fmt.Sprintf("-%04x", n.owner) {
		return false
	}
	at, err := time.Parse(idTime, id[:len(idTime)])
	n.mu.Lock()
	defer n.mu.Unlock()
	return err == nil && !n.first.IsZero() && !at.Before(n.first)
}

// advance makes all further IDs greater than one that was found. It reports whether that is an ID at all.
func (n *IDs) advance(id string) bool {
	if !isID(id) {
		return false
	}
	at, _ := time.Parse(idTime, id[:len(idTime)])
	n.mu.Lock()
	defer n.mu.Unlock()
	if at.After(n.last) {
		n.last = at
	}
	return true
}

func isID(name string) bool {
	if len(name) != len(idTime)+len("-0000") {
		return false
	}
	_, err := time.Parse(idTime, name[:len(idTime)])
	return err == nil
}
