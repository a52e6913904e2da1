//go:build nodrives

package main

import (
	"errors"
	"log/slog"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/watcher/remote"
)

// builtInDrives refuses every drive: this binary was built with -tags nodrives, without rclone, which is most of its size otherwise.
type builtInDrives struct{ assembly.NoDrives }

func checkDrive(remote.Location) error {
	return errors.New("this build of inlet has no drives; install the full build, or use url: or path: instead")
}

func prepareDrives() {}

func logDrivesTo(*slog.Logger) {}
