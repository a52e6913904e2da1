package claim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// Arrival is one claimed workbook: it and its sidecar are in Dir.
type Arrival struct {
	ID, Inbox string
	Name      string    // path below the inbox as the person put it, such as "sub/kunder.xlsx"
	Dir       string    // the folder of the claim, absolute
	Workbook  string    // absolute
	Sidecar   string    // absolute; empty if there is none
	Near      bool      // Sidecar has only nearly the name of one: a person must say whether it is meant
	Rival     string    // absolute; a second sidecar, so that it is not clear which is meant; mostly empty
	Original  string    // path below the inbox of a file there whose conflict copy this may be by its name; mostly empty
	Source    string    // that put it into the inbox; empty where a person did
	Seen      time.Time // when it was last seen to change: from then on the person waits

	Emptied bool // only ID, Inbox and Dir are known: the workbook is archived, and this may have been cut off before it was noted

	Disk string // that Dir was on when it was claimed; empty if that is not known
}

// Remove removes the claim once its workbook is archived. Other files in it stay. Doing it again does no harm, and where it was
// not done the next start does it.
func (a Arrival) Remove() error {
	if _, err := os.Lstat(a.Workbook); err == nil {
		return fmt.Errorf("release %s: the workbook is still there", a.ID)
	}
	for _, path := range []string{filepath.Join(a.Dir, manifestName), a.Dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("release %s: %w", a.ID, err)
		}
	}
	return nil
}

// Readable returns why the workbook cannot be read, if so: it was removed, its disk is not mounted, or rights changed.
func (a Arrival) Readable() error {
	return a.inRoot(a.Workbook, func(root *os.Root, name string) error {
		file, err := openRegular(root, name)
		if err != nil {
			return err
		}
		return file.Close()
	})
}

// Gone reports whether the claim is gone for good: the inbox is there, on the disk that the claim was made on, and the claim is not; or a link, a
// pipe or a folder is in the place of one of its files.
func (a Arrival) Gone() bool {
	if a.Disk == "" || diskOf(filepath.Dir(filepath.Dir(a.Dir))) != a.Disk {
		return false
	}
	if _, err := os.Lstat(a.Dir); errors.Is(err, fs.ErrNotExist) {
		return true
	}
	for _, file := range []string{a.Workbook, a.Sidecar, a.Rival} {
		if file == "" {
			continue
		}
		err := a.inRoot(file, func(root *os.Root, name string) error {
			_, err := checkFile(root, name)
			return err
		})
		if _, ok := errors.AsType[*Foreign](err); ok {
			return true
		}
	}
	return false
}

// inRoot calls do with the root of the inbox and the name of a file of the claim there.
func (a Arrival) inRoot(file string, do func(root *os.Root, name string) error) error {
	folder := filepath.Dir(filepath.Dir(a.Dir))
	rel, _ := filepath.Rel(folder, file)
	name := filepath.ToSlash(rel)
	if !strings.HasPrefix(name, folderName+"/") {
		return &fs.PathError{Op: "open claim", Path: file, Err: fs.ErrInvalid}
	}
	root, err := files.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	return do(root, name)
}

// diskOf tells disks apart: by number and by mount point, since a folder that is mounted elsewhere has its disk's number. It is "" where that is
// not known.
func diskOf(folder string) string {
	info, err := os.Stat(folder)
	if err != nil {
		return ""
	}
	number := files.Device(info)
	if number == 0 {
		return ""
	}
	return fmt.Sprint(number, " ", files.MountPoint(folder))
}
