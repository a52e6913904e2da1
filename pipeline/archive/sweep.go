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

// temporary is what fill calls a file that is not whole yet; 26 signs are what rand.Text gives.
var temporary = regexp.MustCompile(`^\.inlet-[A-Z2-7]{26}\.tmp$`)

// reserving is what reservedAs calls a reservation.
var reserving = regexp.MustCompile(`^\.inlet-[0-9a-f]{24}\.number$`)

// stale is how long nobody has written to a temporary file that a process which died has left. Copying pauses for seconds.
const stale = time.Hour

// Sweep removes from a done, failed or held folder, and from the days in it, the files that a process which died there was
// writing and the numbers it has not given back, and says how many. inWork tells of a set's ID whether its files may still be on their way.
// Whatever else lies there stays. It goes on after an error and gives the first.
func Sweep(dir string, inWork func(id string) bool) (int, error) {
	removed, first := sweep(dir, inWork)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	first = cmp.Or(first, err)
	for _, e := range entries {
		if _, err := time.Parse(time.DateOnly, e.Name()); err != nil || !e.IsDir() {
			continue
		}
		n, err := sweep(filepath.Join(dir, e.Name()), inWork)
		removed, first = removed+n, cmp.Or(first, err)
	}
	return removed, first
}

func sweep(folder string, inWork func(id string) bool) (removed int, first error) {
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
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < stale || reserves && inWork(ownerOf(path)) {
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
