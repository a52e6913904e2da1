package watcher

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"inlet.example/inlet/pipeline/files"
)

// foreign is something in .inlet that inlet has not put there, such as a pipe or a link in the place of a claimed workbook. It is not opened: a
// pipe would be waited on for ever, and a link leads to what whoever made it chose. A person must take it away.
type foreign struct{ path, is string }

func (f *foreign) Error() string { return fmt.Sprintf("%s is %s, it is left alone", f.path, f.is) }

// asFolder says why a name below an inbox is not that of a folder, if so.
func asFolder(root *os.Root, name string) error {
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

// asFile says why a name below an inbox is not that of a plain file, if so: a *foreign, but for one that is not there.
func asFile(root *os.Root, name string) (fs.FileInfo, error) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := root.Lstat(dir)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, &foreign{dir, kindOfFile(info)}
		}
	}
	info, err := root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = &foreign{name, kindOfFile(info)}
	}
	return info, err
}

func kindOfFile(info fs.FileInfo) string {
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

// openPlain opens a plain file below an inbox, over no link and never waiting for the writer of a pipe. What is opened is what was looked at.
func openPlain(root *os.Root, name string) (*os.File, error) {
	before, err := asFile(root, name)
	if err != nil {
		return nil, err
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = &foreign{name, "another file than a moment ago"}
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

// openFolder opens a folder below an inbox to be listed or synced.
func openFolder(root *os.Root, name string) (*os.File, error) {
	if err := asFolder(root, name); err != nil {
		return nil, err
	}
	return root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// openRoot opens the folder that a path names, over links too: it is the configuration that names it.
func openRoot(folder string) (*os.Root, error) {
	info, err := os.Stat(folder) // os.OpenRoot would wait for the writer of a pipe
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open folder", Path: folder, Err: syscall.ENOTDIR}
	}
	if err != nil {
		return nil, err
	}
	return os.OpenRoot(folder)
}

// in returns the path of a claim's file below its inbox, and the inbox.
func (a Arrival) in(file string) (folder, name string) {
	folder = filepath.Dir(filepath.Dir(a.Dir))
	name, _ = filepath.Rel(folder, file)
	return folder, filepath.ToSlash(name)
}

// looked calls do with the inbox of an arrival and the name of one of its files there.
func (a Arrival) looked(file string, do func(root *os.Root, name string) error) error {
	folder, name := a.in(file)
	if !strings.HasPrefix(name, ownFolder+"/") {
		return &fs.PathError{Op: "open claim", Path: file, Err: fs.ErrInvalid}
	}
	root, err := openRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	return do(root, name)
}
