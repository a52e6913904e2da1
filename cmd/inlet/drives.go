package main

import (
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/watcher/remote"
)

// drives opens the drives of sources. Tests replace it with a folder.
var drives assembly.Drives = builtInDrives{}

// checkDrives makes the configuration check its drives with the package that opens them.
func checkDrives() load.Option {
	return load.Drives(func(kind, root string, options map[string]string) error {
		if _, builtIn := drives.(builtInDrives); !builtIn {
			return nil
		}
		return checkDrive(remote.Location{Type: kind, Root: root, Options: options})
	})
}
