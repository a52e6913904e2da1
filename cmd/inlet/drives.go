package main

import (
	"context"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive"
)

// drives speaks to the drives of sources. Tests put a folder in its place.
var drives daemon.Drives = clouds{}

// judged has a configuration's drives judged by who speaks to them.
func judged() load.Option {
	return load.Drives(func(kind, root string, options map[string]string) error {
		if _, ours := drives.(clouds); !ours {
			return nil
		}
		return drive.Check(remote.Place{Type: kind, Root: root, Options: options})
	})
}

// clouds are cloud drives and servers.
type clouds struct{}

// Open gets in.
func (clouds) Open(ctx context.Context, place remote.Place) (remote.Folder, error) {
	d, err := drive.Open(ctx, place)
	if err != nil {
		return nil, err // and no *Drive that is nil
	}
	return d, nil
}

// Login has a person let us in.
func (clouds) Login(ctx context.Context, place remote.Place, show func(address string)) error {
	return drive.Login(ctx, place, show)
}
