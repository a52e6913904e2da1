package files

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// FreeSpace returns the bytes that inlet's user may still write on the disk of a folder.
func FreeSpace(dir string) (float64, error) {
	name, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, err
	}
	return float64(free), nil
}
