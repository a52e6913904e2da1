package watcher

import (
	"context"
	"io"

	"inlet.example/inlet/watcher/remote"
)

// Peek asks a source once and changes nothing: it says what is there and would be brought.
func (s Source) Peek(ctx context.Context, cfg Config) (remote.Preview, error) {
	place, err := s.place()
	if err != nil {
		return remote.Preview{}, err
	}
	if s.Drive == nil {
		errand := remote.Errand{Name: s.Name, Source: place, Memory: cfg.Memory}
		found, err := errand.Peek(ctx)
		if err != nil {
			return remote.Preview{}, err
		}
		if !found.New {
			return remote.Preview{Listed: 1, Known: 1}, nil
		}
		return remote.Preview{Listed: 1, New: []remote.Seen{{Path: found.Name, Size: -1}}}, nil
	}
	folder, err := cfg.Drive(ctx, *s.Drive)
	if err != nil {
		return remote.Preview{}, err
	}
	if c, ok := folder.(io.Closer); ok {
		defer c.Close()
	}
	round := s.round(cfg.Ledger, cfg.Imports, Inbox{Name: s.Inbox})
	round.Folder = folder
	return round.Peek(ctx)
}
