package watcher

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
)

// open opens the inbox if it is not, or not any more the folder that was opened: unmounted, or removed and made again.
func (f *folder) open() error {
	if f.root != nil {
		now, err := os.Stat(f.inbox.Path)
		if err != nil {
			return err
		}
		if was, err := f.root.Stat("."); err == nil && os.SameFile(was, now) {
			return nil
		}
		f.close()
	}
	if !f.resumed { // later a folder that is gone is somebody's doing, and not ours to undo
		if err := os.MkdirAll(f.inbox.Path, 0o750); err != nil {
			return err
		}
	}
	root, err := os.OpenRoot(f.inbox.Path)
	if err != nil {
		return err
	}
	f.root = root
	if err := root.Mkdir(ownFolder, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	f.listen()
	return f.resume()
}

// resume finds once what an earlier run claimed.
func (f *folder) resume() error {
	if f.resumed {
		return nil
	}
	found, halves, err := f.claims().found()
	f.taken = append(f.taken, found...)
	f.halves = append(f.halves, halves...)
	if err != nil {
		f.log.Warn("Take up again", slog.Any("error", err))
	}
	if err != nil && halves == nil {
		return err
	}
	f.resumed = true
	return nil
}

// complete tries the arrivals again whose sidecar could not be brought.
func (f *folder) complete() {
	halves := f.halves
	f.halves = nil
	for _, id := range halves {
		a, ours, err := f.claims().again(id)
		f.claimErr = err
		if err != nil {
			f.halves = append(f.halves, id)
		} else if ours {
			f.taken = append(f.taken, a)
		}
	}
}

func (f *folder) close() {
	f.deaf()
	if f.root != nil {
		_ = f.root.Close()
		f.root = nil
	}
}
