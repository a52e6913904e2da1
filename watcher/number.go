package watcher

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const numberTime = "20060102T150405.000000"

// numbers gives arrivals their IDs: the time in UTC, so that they sort by age, and four digits that another daemon on
// the same inbox or store will hardly share.
type numbers struct {
	mu    sync.Mutex
	last  time.Time
	first time.Time // the first that was given; zero before
	owner uint16
}

func newNumbers() *numbers { return &numbers{owner: uint16(rand.Uint32())} }

// next is greater than every ID given before or passed to past, even if the clock was set back.
func (n *numbers) next() string {
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
	return fmt.Sprintf("%s-%04x", now.Format(numberTime), n.owner)
}

// gave tells whether an ID was given here: another daemon's has other digits at its end, one of an earlier run is older.
func (n *numbers) gave(id string) bool {
	if len(id) != len(numberTime)+len("-0000") || id[len(numberTime):] != fmt.Sprintf("-%04x", n.owner) {
		return false
	}
	at, err := time.Parse(numberTime, id[:len(numberTime)])
	n.mu.Lock()
	defer n.mu.Unlock()
	return err == nil && !n.first.IsZero() && !at.Before(n.first)
}

// past makes all further IDs greater than this one, which was found. It tells whether it is an ID at all.
func (n *numbers) past(id string) bool {
	if len(id) != len(numberTime)+len("-0000") {
		return false
	}
	at, err := time.Parse(numberTime, id[:len(numberTime)])
	if err != nil {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if at.After(n.last) {
		n.last = at
	}
	return true
}
