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

// find looks whether the file that was listed is still there, and is still that one.
func (d *Drive) find(ctx context.Context, f remote.File) (fs.Object, error) {
	return guarded(ctx, &d.guard, d.patience.open, func(ctx context.Context) (fs.Object, error) {
		o, err := d.fs.NewObject(ctx, f.Path)
		switch {
		case absent(err):
			return nil, remote.ErrGone
		case err != nil:
			return nil, err
		}
		if idOf(o) != f.ID {
			if o, err = d.namesake(ctx, f); err != nil {
				return nil, err
			}
		}
		if !d.same(ctx, o, f) {
			return nil, fmt.Errorf("%w: it was %s, now it is %s", remote.ErrChanged, f.Version(), d.fileOf(ctx, o).Version())
		}
		return o, nil
	})
}

// namesake finds by its ID a file that shares its path with others. Where no two files can have one path, another file took its place.
func (d *Drive) namesake(ctx context.Context, f remote.File) (fs.Object, error) {
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

// same compares with what was listed. A hash that only one of the two has tells nothing: a listing has fewer than a file. Where the hash is
// the same the time may be off by one second: some places cut in the listing what they round elsewhere.
func (d *Drive) same(ctx context.Context, o fs.Object, f remote.File) bool {
	now := d.fileOf(ctx, o)
	if now.Hash == "" || f.Hash == "" {
		now.Hash, f.Hash = "", ""
	} else if now.Modified.Sub(f.Modified).Abs() <= time.Second {
		now.Modified = f.Modified
	}
	return now.Version() == f.Version()
}

// absent says whether an error means that there is no such file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrorObjectNotFound) || errors.Is(err, fs.ErrorDirNotFound) ||
		errors.Is(err, fs.ErrorIsDir) || errors.Is(err, fs.ErrorNotAFile)
}

// below cleans a path of the source. It does not lead out of it.
func below(folder string) (string, error) {
	for part := range strings.SplitSeq(folder, "/") {
		if part == ".." {
			return "", errors.New("the folder " + folder + " leads out of the source; name one below its root")
		}
	}
	return strings.Trim(path.Clean("/"+folder), "/"), nil
}
