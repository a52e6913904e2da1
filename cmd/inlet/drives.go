package main

import (
	"context"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive"
)

// drives speaks to the drives of sources. Tests put a folder in its place.
var drives assembly.Drives = builtinDrives{}

// checkDrives has a configuration's drives checkDrives by who speaks to them.
func checkDrives() config.Option {
	return config.Drives(func(kind, root string, options map[string]string) error {
		if _, ours := drives.(builtinDrives); !ours {
			return nil
		}
		return drive.Check(remote.Place{Type: kind, Root: root, Options: options})
	})
}

// builtinDrives are cloud drives and servers.
type builtinDrives struct{}

// Open gets in.
func (builtinDrives) Open(ctx context.Context, place remote.Place) (remote.Folder, error) {
	d, err := drive.Open(ctx, place)
	if err != nil {
		return nil, err // and no *Drive that is nil
	}
	return d, nil
}

// Login has a person let us in.
func (builtinDrives) Login(ctx context.Context, place remote.Place, show func(address string)) error {
	return drive.Login(ctx, place, show)
}
