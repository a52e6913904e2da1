package drives

import (
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/watcher/remote"
)

// Opener opens the drives of sources. Tests replace it with a folder.
var Opener assembly.Drives = builtIn{}

// Check makes the configuration check its drives with the package that opens them.
func Check() load.Option {
	return load.Drives(func(kind, root string, options map[string]string) error {
		if _, standard := Opener.(builtIn); !standard {
			return nil
		}
		return check(remote.Location{Type: kind, Root: root, Options: options})
	})
}
