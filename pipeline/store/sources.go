package store

import (
	"context"
	"fmt"
)

type fetched struct {
	Version string `json:"version"`
}

// Last returns which version of a source was fetched last; "" if none was.
func (s *Store) Last(ctx context.Context, source string) (string, error) {
	var f fetched
	if _, err := s.loadOrInsert(ctx, Sources, source, &f); err != nil {
		return "", fmt.Errorf("look up source %s: %w", source, err)
	}
	return f.Version, nil
}

// Remember notes which version of a source was fetched.
func (s *Store) Remember(ctx context.Context, source, version string) error {
	if _, err := change(ctx, s, Sources, source, func(f *fetched) { f.Version = version }); err != nil {
		return fmt.Errorf("remember source %s: %w", source, err)
	}
	return nil
}
