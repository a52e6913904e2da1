package store

import (
	"context"
	"fmt"
	"time"
)

// Pause is a person's word that no daemon is to take up a workbook from its inbox until further notice.
type Pause struct {
	Since time.Time `json:"since,omitzero"`
	Why   string    `json:"why,omitempty"`
}

// Pause has every daemon of this store finish the import in hand and take up no other. Where it is paused already it stays so since then, and
// for that reason; the Pause that holds is returned.
func (s *Store) Pause(ctx context.Context, why string) (Pause, error) {
	p, err := change(ctx, s, Meta, "paused", func(p *Pause) {
		if p.Since.IsZero() {
			*p = Pause{Since: time.Now().UTC(), Why: why}
		}
	})
	if err != nil {
		return p, fmt.Errorf("pause: %w", err)
	}
	return p, nil
}

// Unpause has them go on.
func (s *Store) Unpause(ctx context.Context) error {
	if _, err := change(ctx, s, Meta, "paused", func(p *Pause) { *p = Pause{} }); err != nil {
		return fmt.Errorf("end the pause: %w", err)
	}
	return nil
}

// Paused returns the pause that holds, and whether one does.
func (s *Store) Paused(ctx context.Context) (Pause, bool, error) {
	var p Pause
	if _, err := s.load(ctx, "paused", &p); err != nil {
		return p, false, fmt.Errorf("look whether importing is paused: %w", err)
	}
	return p, !p.Since.IsZero(), nil
}
