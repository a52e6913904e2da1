package watcher

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

// open opens the inbox if it is not, or not any more the folder that was opened: mounted over, or removed and made again.
func (f *folder) open() error {
	if f.root != nil {
		now, err := os.Stat(f.inbox.Path)
		if err != nil {
			return err
		}
		if was, err := f.root.Stat("."); err == nil && os.SameFile(was, now) {
			return cmp.Or(f.linked(), f.keepOwn())
		}
		f.close()
	}
	if err := f.there(); err != nil {
		return err
	}
	root, err := openRoot(f.inbox.Path)
	if err != nil {
		return err
	}
	f.root, f.hasOwn = root, false
	if err := cmp.Or(f.linked(), f.keepOwn()); err != nil {
		return err
	}
	f.listen()
	return f.resume()
}

// there says whether the folder that is to be opened is the inbox. It is made once, at the start: later a folder that is gone is
// somebody's doing, and not ours to undo.
func (f *folder) there() error {
	if !f.made {
		if err := f.inbox.makeFolder(); err != nil {
			return err
		}
	}
	at := files.MountPoint(f.inbox.Path)
	if at != f.mount && at != "" && within(at, f.mount) {
		return fmt.Errorf("%s was on %s: %w", f.inbox.Path, f.mount, errUnmounted)
	}
	if at != "" {
		f.mount = at
	}
	return nil
}

// makeFolder makes the inbox if it is missing.
func (in Inbox) makeFolder() error {
	if _, err := os.Stat(in.Path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(in.Path, 0o750); err != nil {
		return err
	}
	if in.Adopt == nil {
		return nil
	}
	return in.Adopt(in.Path)
}

// within says whether a path lies below a folder.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, "../")
}

// resume finds what an earlier run claimed, whenever a folder is opened: a disk that is mounted late brings its claims along. What this
// run claimed, or has taken up before, is in work.
func (f *folder) resume() error {
	found, halves, strangers, err := f.claims().found(func(id string) bool { return f.ids.gave(id) || f.handed[id] })
	f.taken = append(f.taken, found...)
	f.halves = append(f.halves, halves...)
	for _, a := range found {
		f.handed[a.ID] = true
	}
	for _, id := range halves {
		f.handed[id] = true
	}
	for _, err := range strangers {
		f.tellStranger(err)
	}
	if err != nil {
		f.log.Warn("Take up again", slog.Any("error", err))
	}
	if err != nil && halves == nil {
		return err
	}
	f.made = true
	return nil
}

// complete tries the arrivals again whose sidecar could not be brought.
func (f *folder) complete() {
	halves := f.halves
	f.halves = nil
	for _, id := range halves {
		a, ours, err := f.claims().again(id)
		if _, strange := errors.AsType[*foreign](err); strange {
			f.tellStranger(err)
			continue
		}
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
