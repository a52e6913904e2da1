//go:build !nodrives

package main

import (
	"context"
	"log/slog"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive"
)

// builtInDrives are cloud drives and servers, opened with rclone.
type builtInDrives struct{}

// Open opens a drive with the login of its configuration.
func (builtInDrives) Open(ctx context.Context, place remote.Location) (remote.Folder, error) {
	d, err := drive.Open(ctx, place)
	if err != nil {
		return nil, err // a nil *Drive in the interface would not be nil
	}
	return d, nil
}

// Login lets a person log in.
func (builtInDrives) Login(ctx context.Context, place remote.Location, show func(address string)) error {
	return drive.Login(ctx, place, show)
}

func checkDrive(place remote.Location) error { return drive.Check(place) }

// prepareDrives is called first in main.
func prepareDrives() { drive.Prepare() }

// logDrivesTo sets where drives log.
func logDrivesTo(log *slog.Logger) { drive.LogTo(log) }
