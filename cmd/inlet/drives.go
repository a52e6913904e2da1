package main

import (
	"context"
	"log/slog"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive"
)

// drives speaks to the drives of sources. Tests put a folder in its place.
var drives daemon.Drives = clouds{}

// judged has a configuration's drives judged by who speaks to them.
func judged() config.Option {
	return config.Drives(func(kind, root string, options map[string]string) error {
		if _, ours := drives.(clouds); !ours {
			return nil
		}
		return drive.Check(drive.Settings{Type: kind, Root: root, Options: options})
	})
}

// drivesLogging are the drives as they write to a log.
func drivesLogging(log *slog.Logger) daemon.Drives {
	if _, ours := drives.(clouds); !ours {
		return drives
	}
	drive.LogTo(log)
	return clouds{log}
}

// clouds are cloud drives and servers.
type clouds struct{ log *slog.Logger }

// Open gets in.
func (c clouds) Open(ctx context.Context, place remote.Place) (remote.Folder, error) {
	d, err := drive.Open(ctx, c.settings(place))
	if err != nil {
		return nil, err // and no *Drive that is nil
	}
	return d, nil
}

// Login has a person let us in.
func (c clouds) Login(ctx context.Context, place remote.Place, show func(address string)) error {
	_, err := drive.Login(ctx, c.settings(place), show)
	return err
}

func (c clouds) settings(p remote.Place) drive.Settings {
	s := drive.Settings{Name: p.Source, Type: p.Type, Root: p.Root, Options: p.Options, Tokens: kept{p.Tokens}, Recursive: p.Recursive,
		Bandwidth: p.Bandwidth, MaxBytes: p.MaxBytes, Log: c.log}
	if p.Skip != "" {
		s.Skip = []string{p.Skip}
	}
	return s
}

// kept are the tokens of a source.
type kept struct{ remote.Tokens }

// Get is "" for a key that nothing was kept under.
func (k kept) Get(ctx context.Context, key string) (string, error) {
	value, _, err := k.Token(ctx, key)
	return value, err
}

// Set keeps a value.
func (k kept) Set(ctx context.Context, key, value string) error { return k.KeepToken(ctx, key, value) }
