package claim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"

	"inlet.example/inlet/pipeline/files"
)

// Foreign is something among the claims that inlet has not put there, such as a pipe or a link in the place of a claimed workbook. It is not
// opened: a pipe would block for good, and a link leads to what whoever made it chose. A person must remove it.
type Foreign struct{ path, is string }

func (f *Foreign) Error() string { return fmt.Sprintf("%s is %s, so it was not opened", f.path, f.is) }

// checkFolder returns why a name below an inbox is not that of a folder, if so.
func checkFolder(root *os.Root, name string) error {
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := root.Readlink(name)
		if err != nil {
			return err
		}
		return &files.Linked{Path: filepath.Join(root.Name(), name), To: to}
	case !info.IsDir():
		return &fs.PathError{Op: "open folder", Path: filepath.Join(root.Name(), name), Err: syscall.ENOTDIR}
	}
	return nil
}

// checkFile returns why a name below an inbox is not that of a regular file, if so: a *Foreign, but for one that does not exist.
func checkFile(root *os.Root, name string) (fs.FileInfo, error) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := root.Lstat(dir)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, &Foreign{dir, kindOf(info)}
		}
	}
	info, err := root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = &Foreign{name, kindOf(info)}
	}
	return info, err
}

func kindOf(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// openRegular opens a regular file below an inbox, over no link and never waiting for the writer of a pipe. What is opened is what was checked.
func openRegular(root *os.Root, name string) (*os.File, error) {
	before, err := checkFile(root, name)
	if err != nil {
		return nil, err
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = &Foreign{name, "a different file than a moment ago"}
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

// openFolder opens a folder below an inbox to be listed or synced.
func openFolder(root *os.Root, name string) (*os.File, error) {
	if err := checkFolder(root, name); err != nil {
		return nil, err
	}
	return root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// listFolder returns the names in a folder below an inbox, in order.
func listFolder(root *os.Root, name string) ([]string, error) {
	d, err := openFolder(root, name)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// syncFolder makes renames in and out of a folder survive a power cut.
func syncFolder(root *os.Root, name string) error {
	d, err := openFolder(root, name)
	if err != nil {
		return err
	}
	if err := errors.Join(files.SyncNames(d), d.Close()); err != nil {
		return fmt.Errorf("sync folder %s: %w", name, err)
	}
	return nil
}
