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
	if err := dir.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
