package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrNotRegular says that something is a link, a pipe or a folder, which another program has put there.
var ErrNotRegular = errors.New("it is not a regular file")

// Regular refuses what is not a regular file: a link that was followed would bring bytes from anywhere, and who opens a pipe waits for a writer.
func Regular(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is %s: %w", path, info.Mode().Type(), ErrNotRegular)
	}
	return info, nil
}

// ReadRegular returns what a plain file holds.
func ReadRegular(path string) ([]byte, error) {
	if _, err := Regular(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
