package files

import (
	"errors"
	"io/fs"
	"os"
)

// SyncFile makes the content of a file that is open for reading survive a power cut. Windows flushes only what is open for writing, so it is opened
// again. A file that is marked as read-only cannot be, and is left to Windows: whoever wrote it has closed it before he marked it.
func SyncFile(root *os.Root, name string, open *os.File) error {
	if info, err := open.Stat(); err != nil || info.Mode().Perm()&0o200 == 0 {
		return err
	}
	f, err := root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	is, err := f.Stat()
	if err != nil {
		return err
	}
	if was, err := open.Stat(); err != nil || !os.SameFile(was, is) {
		return errors.Join(err, &fs.PathError{Op: "sync", Path: name, Err: errors.New("it is a different file than a moment ago")})
	}
	return f.Sync()
}

// syncNames is left to Windows, which has no such call for folders: NTFS has a journal of names.
func syncNames(*os.File) error { return nil }
