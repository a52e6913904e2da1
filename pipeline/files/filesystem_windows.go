package files

import (
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// NetworkFileSystem returns the kind of network file system that a folder is on, in words, or "" for a local one.
func NetworkFileSystem(folder string) (string, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	volume := filepath.VolumeName(absolute)
	if onServer(volume) {
		return "a network file system (SMB)", nil
	}
	root, err := syscall.UTF16PtrFromString(volume + `\`)
	if err != nil {
		return "", err
	}
	if windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "a network drive", nil
	}
	return "", nil
}
