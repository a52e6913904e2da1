package settle

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

// maxIncompleteWait is how many more quiet times a file waits that looks cut off. Then it is claimed, to be refused.
const maxIncompleteWait = 10

// writerPoll is how soon a file is checked again that a writer has open: closing it sends no event.
const writerPoll = 500 * time.Millisecond

// Incomplete returns until when to wait with a quiet file that does not look finished; zero if it does. The file is opened here for the first
// time, and its content is synced: the writer may not have done that, and from now on inlet must keep it.
func (t *Tracker) Incomplete(root *os.Root, f *File) (time.Time, error) {
	// O_NONBLOCK: should a pipe have taken its place, opening it must not wait for a writer.
	r, err := root.OpenFile(f.Path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if files.InUse(err) {
		return t.soon(), nil
	}
	if err != nil {
		return time.Time{}, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return time.Time{}, err
	}
	if files.IdentityOf(info) != f.Identity {
		return time.Now().Add(t.quiet), nil
	}
	if files.OpenForWriting(r) {
		return t.soon(), nil
	}
	last := f.QuietSince.Add((1 + maxIncompleteWait) * t.quiet)
	if time.Now().Before(last) && filename.CutOff(r, f.Path, info.Size()) {
		return last, nil
	}
	if err := files.SyncFile(root, f.Path, r); files.InUse(err) {
		return t.soon(), nil
	} else if err != nil {
		return time.Time{}, fmt.Errorf("sync %s: %w", f.Path, err)
	}
	return time.Time{}, nil
}

// soon is when to look at a file again that another program has open.
func (t *Tracker) soon() time.Time { return time.Now().Add(min(t.quiet, writerPoll)) }
