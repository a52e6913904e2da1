//go:build !windows

package files

import (
	"os"
	"syscall"
)

// SyncFile makes the content of a file that is open for reading survive a power cut.
func SyncFile(_ *os.Root, _ string, open *os.File) error { return open.Sync() }

func syncNames(folder *os.File) error { return folder.Sync() }

// Inode is the number that the disk knows a file by; 0 where that is not known.
func Inode(path string) (uint64, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	return IdentityOf(info).Inode, nil
}

// InUse reports whether the cause of an error is that another program has the file open, which only Windows has as an error.
func InUse(error) bool { return false }

// TemporaryErrnos are the temporary errors that POSIX does not have.
var TemporaryErrnos []syscall.Errno
