package watcher

import (
	"fmt"
	"os"
)

// syncFolder makes what was renamed in and out of a folder survive a power cut.
func syncFolder(root *os.Root, name string) error {
	d, err := openFolder(root, name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder %s: %w", name, err)
	}
	return nil
}
