package watcher

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Forget takes the claim away once its workbook has been moved on. What else may lie there, somebody put there: it stays. Doing it again does
// no harm, and where it was not done the next start does it.
func (a Arrival) Forget() error {
	if _, err := os.Lstat(a.Workbook); err == nil {
		return fmt.Errorf("forget %s: the workbook is still there", a.ID)
	}
	for _, path := range []string{filepath.Join(a.Dir, labelName), a.Dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget %s: %w", a.ID, err)
		}
	}
	return nil
}
