package main

import (
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/watcher/remote"
)

// drives opens the drives of sources. Tests put folders of this computer in its place.
var drives daemon.Drives = builtInDrives{}

// judged has the settings of configured drives checked by the code that opens them.
func judged() config.Option {
	return config.Drives(func(kind, root string, options map[string]string) error {
		if _, builtIn := drives.(builtInDrives); !builtIn {
			return nil
		}
		return checkDrive(remote.Location{Type: kind, Root: root, Options: options})
	})
}
