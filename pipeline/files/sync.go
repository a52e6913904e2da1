package files

import (
	"errors"
	"io/fs"
	"os"
)

// SyncFolder makes the names in a folder survive a power cut. Some file systems cannot and say so with EINVAL or ENOTSUP; they keep names on
// their own terms.
func SyncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return SyncNames(dir)
}

// SyncNames is SyncFolder for a folder that is open.
func SyncNames(folder *os.File) error {
	if err := syncNames(folder); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// WriteNew writes a file that is not there yet, whole or not at all.
func WriteNew(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
