//go:build nodrives

package drives

import (
	"log/slog"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// builtIn refuses every drive: this binary was built with -tags nodrives, without rclone, which is most of its size otherwise.
type builtIn struct{ assembly.NoDrives }

func check(remote.Location) error {
	return message.Errorf("this build of inlet has no drives; install the full build, or use url: or path: instead")
}

// Prepare does nothing: there is no rclone.
func Prepare() {}

// LogTo does nothing.
func LogTo(*slog.Logger) {}
