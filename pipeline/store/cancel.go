package store

import (
	"context"
	"fmt"
	"slices"
)

// cancels are the imports that a person wants to end after the batch in hand.
type cancels struct {
	Imports []string `json:"imports,omitempty"`
}

// Cancel asks the daemon that has an import in hand to end it after the batch in hand.
func (s *Store) Cancel(ctx context.Context, imp string) error {
	_, err := change(ctx, s, Meta, "cancel", func(c *cancels) {
		if !slices.Contains(c.Imports, imp) {
			c.Imports = append(c.Imports, imp)
		}
	})
	if err != nil {
		return fmt.Errorf("cancel %s: %w", imp, err)
	}
	return nil
}

// Cancels returns the imports that are to end.
func (s *Store) Cancels(ctx context.Context) ([]string, error) {
	var c cancels
	if _, err := s.load(ctx, "cancel", &c); err != nil {
		return nil, fmt.Errorf("look what is cancelled: %w", err)
	}
	return c.Imports, nil
}

// Cancelled forgets that an import was to end.
func (s *Store) Cancelled(ctx context.Context, imp string) error {
	_, err := change(ctx, s, Meta, "cancel", func(c *cancels) {
		c.Imports = slices.DeleteFunc(c.Imports, func(id string) bool { return id == imp })
	})
	if err != nil {
		return fmt.Errorf("forget that %s is cancelled: %w", imp, err)
	}
	return nil
}
