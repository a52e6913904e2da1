package remote

import (
	"context"
	"fmt"
	"time"
)

// Preview is what a source has, as a run would see it.
type Preview struct {
	Listed int    // workbooks that are there
	Known  int    // of them, those that were brought already
	New    []Seen // the others, in the order in which they are taken
}

// Seen is a workbook that was not brought yet.
type Seen struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"` // -1 where that is not known before it is fetched
	Modified time.Time `json:"modified,omitzero"`
	Sidecar  string    `json:"sidecar,omitempty"` // that lies there for it
	Why      string    `json:"why,omitempty"`     // it is not taken; "" if it is
}

// Peek lists once and changes nothing, here or there.
func (r *FolderPoll) Peek(ctx context.Context) (Preview, error) {
	t := &turn{FolderPoll: r, now: time.Now(), changed: map[string]*entry{}}
	if err := t.look(ctx); err != nil {
		return Preview{}, err
	}
	p := Preview{Listed: t.res.Listed}
	for _, c := range t.candidates() {
		seen := Seen{Path: c.Path, Size: c.Size, Modified: c.Modified}
		if beside, there := t.listing.sidecar(c.Path); there {
			seen.Sidecar = beside.Path
		}
		if c.Size > t.max() {
			seen.Why = t.tooLarge()
		}
		p.New = append(p.New, seen)
	}
	p.Known = p.Listed - len(p.New)
	return p, nil
}

func (r *FolderPoll) tooLarge() string {
	return fmt.Sprintf("it has more than %d bytes, the most this source may bring (max_bytes)", r.max())
}
