//go:build !nodrives

package drives

import (
	"context"
	"log/slog"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

// builtIn are cloud drives and servers, opened with rclone.
type builtIn struct{}

// Open opens a drive with the login of its configuration.
func (builtIn) Open(ctx context.Context, place remote.Location) (remote.Folder, error) {
	d, err := drive.Open(ctx, place)
	if err != nil {
		return nil, err // a nil *Drive in the interface would not be nil
	}
	return d, nil
}

// Login lets a person log in.
func (builtIn) Login(ctx context.Context, place remote.Location, show func(address string)) error {
	return drive.Login(ctx, place, show)
}

func check(place remote.Location) error { return settings.Check(place) }

// Prepare makes rclone ready. It is called first in main.
func Prepare() { drive.Prepare() }

// LogTo sets where drives log.
func LogTo(log *slog.Logger) { drive.LogTo(log) }
