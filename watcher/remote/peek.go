package remote

import (
	"context"
	"time"
)

// Preview is what a source has and a run would deliver.
type Preview struct {
	Listed int    // workbooks that are there
	Known  int    // of them, those that were delivered already
	New    []Seen // the others, in the order in which they are fetched
}

// Seen is a workbook that was not delivered yet.
type Seen struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"` // -1 where that is not known before it is fetched
	Modified time.Time `json:"modified,omitzero"`
	Sidecar  string    `json:"sidecar,omitempty"` // that is there for it
	Why      string    `json:"why,omitempty"`     // it is not fetched; "" if it is
}

// Peek lists once and changes nothing, here or there.
func (p *FolderPoll) Peek(ctx context.Context) (Preview, error) {
	r := p.newRun(nil)
	if err := r.list(ctx); err != nil {
		return Preview{}, err
	}
	preview := Preview{Listed: r.res.Listed}
	for _, c := range r.candidates() {
		seen := Seen{Path: c.Path, Size: c.Size, Modified: c.Modified}
		if beside, listed := r.listing.sidecar(c.Path); listed {
			seen.Sidecar = beside.Path
		}
		if c.Size > p.max() {
			seen.Why = p.tooLarge()
		}
		preview.New = append(preview.New, seen)
	}
	preview.Known = preview.Listed - len(preview.New)
	return preview, nil
}
