package files

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// renameNew renames without MOVEFILE_REPLACE_EXISTING, and without a copy to another disk, which would be there half for a while.
func renameNew(old, new string) error {
	from, err := syscall.UTF16PtrFromString(old)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: old, New: new, Err: err}
	}
	to, err := syscall.UTF16PtrFromString(new)
	if err == nil {
		err = windows.MoveFileEx(from, to, 0)
	}
	if errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) {
		err = syscall.EXDEV
	}
	if err != nil {
		return &os.LinkError{Op: "rename", Old: old, New: new, Err: err}
	}
	return nil
}

// renameFreeIn takes the paths below the root only after their folders were seen to be those that the root leads to.
func renameFreeIn(root *os.Root, old, new string) error {
	for _, name := range []string{old, new} {
		if err := leadsTo(root, path.Dir(filepath.ToSlash(name))); err != nil {
			return err
		}
	}
	return renameNew(filepath.Join(root.Name(), old), filepath.Join(root.Name(), new))
}

func leadsTo(root *os.Root, folder string) error {
	below, err := root.Stat(folder)
	if err != nil {
		return err
	}
	by, err := os.Stat(filepath.Join(root.Name(), folder))
	if err == nil && !os.SameFile(below, by) {
		err = &fs.PathError{Op: "rename", Path: folder, Err: errors.New("it is a different folder than a moment ago")}
	}
	return err
}
