package watcher

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// writeWhole writes a file that is there with all its bytes or not at all.
func writeWhole(root *os.Root, name string, content io.Reader) error {
	temp := name + ".part"
	if err := writeSynced(root, temp, content); err != nil {
		_ = root.Remove(temp)
		return fmt.Errorf("write %s: %w", name, err)
	}
	return root.Rename(temp, name)
}

func writeSynced(root *os.Root, name string, content io.Reader) (err error) {
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) { // half written by who died, or a link or a pipe of somebody else
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.Copy(f, content); err != nil {
		return err
	}
	return f.Sync()
}

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
