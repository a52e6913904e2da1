package settings

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

const pausedID = "paused"

// Everything is paused under this name; one inbox or source under that of OfInbox or OfSource. An inbox that is paused starts no import; a source
// that is paused is not polled.
const Everything = ""

// OfInbox returns the name under which an inbox is paused.
func OfInbox(name string) string { return "inbox/" + name }

// OfSource returns the name under which a source is paused.
func OfSource(name string) string { return "source/" + name }

// Pause is a person's decision that something stops until further notice.
type Pause struct {
	Since time.Time `json:"since,omitzero"`
	Why   string    `json:"why,omitempty"`
}

// Paused is everything that is paused.
type Paused struct {
	Pause                  // of everything; Since is zero where there is none
	Of    map[string]Pause `json:"of,omitempty"` // of one inbox or source
}

// Holds returns the pause under a name, and whether there is one.
func (p Paused) Holds(what string) (Pause, bool) {
	if what == Everything {
		return p.Pause, !p.Since.IsZero()
	}
	one, is := p.Of[what]
	return one, is
}

// Named returns the names of the inboxes and sources that are paused, sorted.
func (p Paused) Named() []string { return slices.Sorted(maps.Keys(p.Of)) }

// Pauses keep what is paused.
type Pauses struct {
	docs engine.Documents
}

// NewPauses returns the pauses in a database.
func NewPauses(docs engine.Documents) *Pauses { return &Pauses{docs} }

// Begin pauses something: every daemon of the store completes the import in hand and starts no other, or leaves one inbox or source alone. What
// is paused already keeps its time and reason. The pause that holds is returned.
func (p *Pauses) Begin(ctx context.Context, what, why string) (Pause, error) {
	now := Pause{Since: time.Now().UTC(), Why: why}
	all, err := engine.Update(ctx, p.docs, engine.Meta, pausedID, func(all *Paused) {
		if _, is := all.Holds(what); is {
			return
		}
		if what == Everything {
			all.Pause = now
			return
		}
		if all.Of == nil {
			all.Of = map[string]Pause{}
		}
		all.Of[what] = now
	})
	if err != nil {
		return Pause{}, fmt.Errorf("pause: %w", err)
	}
	held, _ := all.Holds(what)
	return held, nil
}

// End ends a pause.
func (p *Pauses) End(ctx context.Context, what string) error {
	_, err := engine.Update(ctx, p.docs, engine.Meta, pausedID, func(all *Paused) {
		if what == Everything {
			all.Pause = Pause{}
		}
		delete(all.Of, what)
	})
	if err != nil {
		return fmt.Errorf("end the pause: %w", err)
	}
	return nil
}

// All returns what is paused.
func (p *Pauses) All(ctx context.Context) (Paused, error) {
	var all Paused
	if _, err := engine.LoadInto(ctx, p.docs, engine.Meta, pausedID, &all); err != nil {
		return all, fmt.Errorf("read whether importing is paused: %w", err)
	}
	return all, nil
}
