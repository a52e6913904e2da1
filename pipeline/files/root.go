package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// OpenRoot opens a folder that the configuration names, over links too. A pipe in its place is an error: os.OpenRoot would wait for its writer.
func OpenRoot(folder string) (*os.Root, error) {
	info, err := os.Stat(folder)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open folder", Path: folder, Err: syscall.ENOTDIR}
	}
	if err != nil {
		return nil, err
	}
	return os.OpenRoot(folder)
}

// WriteIn writes a file below a root that is there with all its bytes or not at all, in place of one of that name.
func WriteIn(root *os.Root, name string, content io.Reader) error {
	temp := name + ".part"
	if err := writeSynced(root, temp, content); err != nil {
		_ = root.Remove(temp)
		return fmt.Errorf("write %s: %w", name, err)
	}
	return root.Rename(temp, name)
}

func writeSynced(root *os.Root, name string, content io.Reader) (err error) {
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) { // half written before a crash, or a link or a pipe of another program
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
