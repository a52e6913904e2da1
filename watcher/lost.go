package watcher

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/files"
)

// Readable says why the workbook of an arrival cannot be read, if so: somebody took it out, its disk is not mounted, or rights changed.
func (a Arrival) Readable() error {
	return a.looked(a.Workbook, func(root *os.Root, name string) error {
		file, err := openPlain(root, name)
		if err != nil {
			return err
		}
		return file.Close()
	})
}

// Lost says that the claim is gone for good: the inbox is there, on the disk that the claim was made on, and the claim is not; or a link, a
// pipe or a folder stands where one of its files was.
func (a Arrival) Lost() bool {
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
		err := a.looked(file, func(root *os.Root, name string) error {
			_, err := asFile(root, name)
			return err
		})
		if _, ok := errors.AsType[*foreign](err); ok {
			return true
		}
	}
	return false
}

// diskOf tells disks apart: by number and by where they are mounted, for a folder that is mounted elsewhere has its disk's number. It is ""
// where that is not known.
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
