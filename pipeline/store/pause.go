package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Pause is a person's word that something is not to go on until further notice.
type Pause struct {
	Since time.Time `json:"since,omitzero"`
	Why   string    `json:"why,omitempty"`
}

// What is paused: everything, or by OfInbox and OfSource one of them. An inbox that is paused takes up no workbook; a source is not asked.
const Everything = ""

// OfInbox names an inbox among what is paused.
func OfInbox(name string) string { return "inbox/" + name }

// OfSource names a source among what is paused.
func OfSource(name string) string { return "source/" + name }

// Pauses are those that hold.
type Pauses struct {
	Pause                  // of everything; Since is zero where there is none
	Of    map[string]Pause `json:"of,omitempty"` // of one inbox or source
}

// Holds returns a pause, and whether it holds.
func (p Pauses) Holds(what string) (Pause, bool) {
	if what == Everything {
		return p.Pause, !p.Since.IsZero()
	}
	one, is := p.Of[what]
	return one, is
}

// Named returns the inboxes and sources that are paused, in their order.
func (p Pauses) Named() []string { return slices.Sorted(maps.Keys(p.Of)) }

// Pause has every daemon of this store finish the import in hand and take up no other, or leave one inbox or source alone. Where it is paused
// already it stays so since then, and for that reason; the Pause that holds is returned.
func (s *Store) Pause(ctx context.Context, what, why string) (Pause, error) {
	now := Pause{Since: time.Now().UTC(), Why: why}
	all, err := change(ctx, s, Meta, "paused", func(p *Pauses) {
		if _, is := p.Holds(what); is {
			return
		}
		if what == Everything {
			p.Pause = now
			return
		}
		if p.Of == nil {
			p.Of = map[string]Pause{}
		}
		p.Of[what] = now
	})
	if err != nil {
		return Pause{}, fmt.Errorf("pause: %w", err)
	}
	held, _ := all.Holds(what)
	return held, nil
}

// Unpause has it go on.
func (s *Store) Unpause(ctx context.Context, what string) error {
	_, err := change(ctx, s, Meta, "paused", func(p *Pauses) {
		if what == Everything {
			p.Pause = Pause{}
		}
		delete(p.Of, what)
	})
	if err != nil {
		return fmt.Errorf("end the pause: %w", err)
	}
	return nil
}

// Paused returns the pauses that hold.
func (s *Store) Paused(ctx context.Context) (Pauses, error) {
	var p Pauses
	if _, err := s.load(ctx, "paused", &p); err != nil {
		return p, fmt.Errorf("look whether importing is paused: %w", err)
	}
	return p, nil
}
