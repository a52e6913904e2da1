//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// groupOf is the number of the group that a file belongs to; -1 if that is not known.
func groupOf(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Gid)
	}
	return -1
}

// ours reports whether a file belongs to the user that inlet runs as.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// FreeSpace returns the bytes that inlet's user may still write on the disk of a folder.
func FreeSpace(dir string) (float64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return float64(fs.Bavail) * float64(fs.Bsize), nil
}

// NumberOf returns the number of the file at a path, over links.
func NumberOf(path string) (Number, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Number{}, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return Number{}, &fs.PathError{Op: "stat", Path: path, Err: errors.ErrUnsupported}
	}
	return Number{uint64(st.Dev), st.Ino}, nil //nolint:unconvert,gosec // it is not 64 bits wide everywhere
}
