package watcher

import (
	"context"
	"io"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/single"
)

// Peek polls a source once and changes nothing: it returns what is there and would be fetched.
func (s Source) Peek(ctx context.Context, cfg Config) (remote.Preview, error) {
	file, err := s.file()
	if err != nil {
		return remote.Preview{}, err
	}
	if s.Drive == nil {
		poll := single.Poll{Name: s.Name, Source: file, Memory: cfg.Memory}
		found, err := poll.Peek(ctx)
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
	poll := s.folderPoll(cfg.History, cfg.Imports, Inbox{Name: s.Inbox})
	poll.Folder = folder
	return poll.Peek(ctx)
}
