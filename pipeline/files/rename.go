package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// RenameNew renames a file and never replaces another: it fails with fs.ErrExist if the new name is taken. Where the kernel cannot rename
// without replacing, it makes a link and removes the old name.
func RenameNew(old, new string) error { return renameNew(old, new) }

// linkNew renames by a link, which fails if the name is taken. Between the two calls the file has both names, which a repeat finds and ends. Where the old
// name cannot be removed it keeps both: by then the new one may be a file that another program has put in its place.
func linkNew(old, new string) error {
	if err := os.Link(old, new); err != nil {
		return err
	}
	if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("it has both its new and its old name: %w", err)
	}
	return nil
}

// RenameFree is RenameNew, but on a file system that knows neither such a rename nor links it checks that the name is free and renames: of two
// that do so at the same moment one may replace the other.
func RenameFree(old, new string) error {
	err := renameNew(old, new)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, statErr := os.Lstat(new); !errors.Is(statErr, fs.ErrNotExist) {
		return errors.Join(statErr, &fs.PathError{Op: "create", Path: new, Err: fs.ErrExist})
	}
	return os.Rename(old, new)
}

// RenameFreeIn is RenameFree for two paths below a root.
func RenameFreeIn(root *os.Root, old, new string) error { return renameFreeIn(root, old, new) }

func renameIfFree(root *os.Root, old, new string) error {
	if _, err := root.Lstat(new); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fs.ErrExist)
	}
	return root.Rename(old, new)
}
