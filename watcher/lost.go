package watcher

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Readable says why the workbook of an arrival cannot be read, if so: somebody took it out, its disk is not mounted, or rights changed.
func (a Arrival) Readable() error {
	file, err := os.Open(a.Workbook)
	if err != nil {
		return err
	}
	return file.Close()
}

// Lost says that the claim was removed for good: the inbox is there, on the disk that the claim was made on, and the claim is not.
func (a Arrival) Lost() bool {
	_, err := os.Lstat(a.Dir)
	return errors.Is(err, fs.ErrNotExist) && a.Disk != "" && diskOf(filepath.Dir(filepath.Dir(a.Dir))) == a.Disk
}

// diskOf tells disks apart: by number and by where they are mounted, for a folder that is mounted elsewhere has its disk's number. It is ""
// where that is not known.
func diskOf(folder string) string {
	info, err := os.Stat(folder)
	if err != nil {
		return ""
	}
	number := disk(info)
	if number == 0 {
		return ""
	}
	return fmt.Sprint(number, " ", mountOf(folder))
}
