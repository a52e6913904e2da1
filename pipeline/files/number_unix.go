//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

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
