package files

import (
	"os"
	"path/filepath"
	"time"
)

// temporaryFolders are the temporary folders that an import or a plan creates for itself and removes when it ends.
var temporaryFolders = []string{"inlet-rejected-*", "inlet-plan-*", "inlet-empty-*"}

// SweepTemporary removes temporary folders that were not written to for an hour, and returns how many.
func SweepTemporary(temp string) (removed int, first error) {
	const stale = time.Hour
	for _, pattern := range temporaryFolders {
		found, err := filepath.Glob(filepath.Join(temp, pattern))
		if err != nil {
			return removed, err
		}
		for _, dir := range found {
			if time.Since(lastWritten(dir)) < stale {
				continue
			}
			if err := os.RemoveAll(dir); err == nil {
				removed++
			} else if first == nil {
				first = err
			}
		}
	}
	return removed, first
}

// lastWritten is when a folder or a file in it was last written to. What cannot be looked at was written just now.
func lastWritten(dir string) time.Time {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return time.Now()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return time.Now()
	}
	last := info.ModTime()
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last
}
