//go:build !windows

package files

import "os"

// SyncFile makes the content of a file that is open for reading survive a power cut.
func SyncFile(_ *os.Root, _ string, open *os.File) error { return open.Sync() }

func syncNames(folder *os.File) error { return folder.Sync() }
