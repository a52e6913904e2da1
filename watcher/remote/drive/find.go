package drive

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/rclone/rclone/fs"
	"inlet.example/inlet/watcher/remote"
)

// find returns the file that was listed, if it exists and is unchanged.
func (d *Drive) find(ctx context.Context, f remote.File) (fs.Object, error) {
	return guarded(ctx, &d.guard, d.timeouts.open, func(ctx context.Context) (fs.Object, error) {
		o, err := d.fs.NewObject(ctx, f.Path)
		switch {
		case isNotFound(err):
			return nil, remote.ErrGone
		case err != nil:
			return nil, err
		}
		if idOf(o) != f.ID {
			if o, err = d.findByID(ctx, f); err != nil {
				return nil, err
			}
		}
		if !d.same(ctx, o, f) {
			return nil, fmt.Errorf("%w: it was %s, now it is %s", remote.ErrChanged, f.Version(), d.fileOf(ctx, o).Version())
		}
		return o, nil
	})
}

// findByID finds a file by its ID among those of its path. Where no two files can have one path, another file has replaced it.
func (d *Drive) findByID(ctx context.Context, f remote.File) (fs.Object, error) {
	if !d.fs.Features().DuplicateFiles {
		return nil, remote.ErrChanged
	}
	folder := path.Dir(f.Path)
	if folder == "." {
		folder = ""
	}
	entries, err := d.fs.List(ctx, folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if o, ok := entry.(fs.Object); ok && idOf(o) == f.ID {
			return o, nil
		}
	}
	return nil, remote.ErrGone
}

// same compares with what was listed. A hash that only one of the two has does not count: a listing has fewer than a file. Where the hashes are
// equal the times may differ by one second: some places truncate in the listing what they round elsewhere.
func (d *Drive) same(ctx context.Context, o fs.Object, f remote.File) bool {
	now := d.fileOf(ctx, o)
	if now.Hash == "" || f.Hash == "" {
		now.Hash, f.Hash = "", ""
	} else if now.Modified.Sub(f.Modified).Abs() <= time.Second {
		now.Modified = f.Modified
	}
	return now.Version() == f.Version()
}

// isNotFound reports whether an error means that there is no such file.
func isNotFound(err error) bool {
	return errors.Is(err, fs.ErrorObjectNotFound) || errors.Is(err, fs.ErrorDirNotFound) ||
		errors.Is(err, fs.ErrorIsDir) || errors.Is(err, fs.ErrorNotAFile)
}

// cleanFolder cleans a path below the root of the source, and refuses one that leads out of it.
func cleanFolder(folder string) (string, error) {
	for part := range strings.SplitSeq(folder, "/") {
		if part == ".." {
			return "", errors.New("the folder " + folder + " is outside the source; name a folder below its root")
		}
	}
	return strings.Trim(path.Clean("/"+folder), "/"), nil
}
