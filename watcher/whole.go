package watcher

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// patience is how many quiet times more a file must wait that looks cut off. Then it is taken, to be refused.
const patience = 10

// busyAgain is how soon a file is asked about again that a writer has open: closing it tells no event.
const busyAgain = 500 * time.Millisecond

// unfinished tells until when to wait with a quiet file because it does not look finished; zero if it does.
// The file is opened here for the first time, and only if it still is what was looked at.
func unfinished(root *os.Root, f *file, quiet time.Duration) (time.Time, error) {
	// O_NONBLOCK: should a pipe have taken its place, opening it must not wait for a writer.
	r, err := root.OpenFile(f.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return time.Time{}, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return time.Time{}, err
	}
	if !info.Mode().IsRegular() || files.IdentityOf(info) != f.mark {
		return time.Now().Add(quiet), nil
	}
	if files.OpenForWriting(r) {
		return time.Now().Add(min(quiet, busyAgain)), nil
	}
	last := f.since.Add((1 + patience) * quiet)
	if time.Now().Before(last) && files.CutOff(r, f.path, info.Size()) {
		return last, nil
	}
	if err := r.Sync(); err != nil { // the writer may not have; from now on it is ours to keep
		return time.Time{}, fmt.Errorf("sync %s: %w", f.path, err)
	}
	return time.Time{}, nil
}
