package archive

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// temporary matches the names that files.WriteTemp gives; rand.Text returns 26 characters.
var temporary = regexp.MustCompile(`^\.inlet-[A-Z2-7]{26}\.tmp$`)

// reserving matches the names of reservations.
var reserving = regexp.MustCompile(`^\.inlet-[0-9a-f]{24}\.number$`)

// stale is the age from which a temporary file was left by a process that died. Copying pauses for seconds.
const stale = time.Hour

// Sweep removes from a done, failed or held folder, and from the days in it, the temporary files and reservations that a process which died has
// left, and returns how many. inUse reports whether the files of a set may still be moving. Other files stay. It goes on after an error and returns
// the first.
func Sweep(dir string, inUse func(id string) bool) (int, error) {
	removed, first := sweep(dir, inUse)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	first = cmp.Or(first, err)
	for _, e := range entries {
		if _, err := time.Parse(time.DateOnly, e.Name()); err != nil || !e.IsDir() {
			continue
		}
		n, err := sweep(filepath.Join(dir, e.Name()), inUse)
		removed, first = removed+n, cmp.Or(first, err)
	}
	return removed, first
}

func sweep(folder string, inUse func(id string) bool) (removed int, first error) {
	listed, err := list(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	for name := range listed {
		reserves := reserving.MatchString(name)
		if !reserves && !temporary.MatchString(name) {
			continue
		}
		path := filepath.Join(folder, name)
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < stale || reserves && inUse(ownerOf(path)) {
			continue
		}
		if err := os.Remove(path); err != nil {
			first = cmp.Or(first, err)
			continue
		}
		removed++
	}
	return removed, first
}
