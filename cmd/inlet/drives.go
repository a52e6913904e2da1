package main

import (
	"context"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive"
)

// drives opens the drives of sources. Tests replace it with a folder.
var drives assembly.Drives = builtinDrives{}

// checkDrives makes the configuration check its drives with the package that opens them.
func checkDrives() load.Option {
	return load.Drives(func(kind, root string, options map[string]string) error {
		if _, ours := drives.(builtinDrives); !ours {
			return nil
		}
		return drive.Check(remote.Location{Type: kind, Root: root, Options: options})
	})
}

// builtinDrives are the cloud drives and servers that inlet supports.
type builtinDrives struct{}

// Open connects to a drive.
func (builtinDrives) Open(ctx context.Context, place remote.Location) (remote.Folder, error) {
	d, err := drive.Open(ctx, place)
	if err != nil {
		return nil, err // and no *Drive that is nil
	}
	return d, nil
}

// Login lets a person log in.
func (builtinDrives) Login(ctx context.Context, place remote.Location, show func(address string)) error {
	return drive.Login(ctx, place, show)
}
