package drive

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/hash"
	"inlet.example/inlet/watcher/remote"
)

// List returns the files that are there. It asks for no file by itself, whatever their number.
func (d *Drive) List(ctx context.Context) ([]remote.File, error) {
	ctx, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	files, err := guarded(ctx, &d.guard, d.patience.list, func(ctx context.Context) ([]remote.File, error) {
		if forget := d.fs.Features().DirCacheFlush; forget != nil {
			forget() // which ID a folder has: a person may have made it anew
		}
		var files []remote.File
		err := d.walk(ctx, func(entries fs.DirEntries) {
			for _, entry := range entries {
				if o, ok := entry.(fs.Object); ok {
					files = append(files, d.fileOf(ctx, o))
				}
			}
		})
		return files, err
	})
	if err != nil {
		d.hangUp(ctx)
		return nil, d.trouble(listing, d.place.Root, err)
	}
	return files, nil
}

// hangUp lets the connections go that wait for their next use. rclone puts one that broke while it listed a share back among them, and would
// take it again and again.
func (d *Drive) hangUp(ctx context.Context) {
	if d.place.Type != "smb" {
		return
	}
	_, _ = guarded(ctx, &d.guard, d.patience.letGo, func(context.Context) (struct{}, error) {
		shutDown(d.fs)
		return struct{}{}, nil
	})
}

// walk gives all entries in pieces. A folder that cannot be listed fails it: its files would seem to be gone.
func (d *Drive) walk(ctx context.Context, each func(fs.DirEntries)) error {
	features := d.fs.Features()
	if d.place.Recursive && d.place.Skip == "" && features.ListR != nil {
		return features.ListR(ctx, "", func(entries fs.DirEntries) error {
			each(entries)
			return nil
		})
	}
	folders := []string{""}
	for len(folders) > 0 {
		folder := folders[0]
		folders = folders[1:]
		entries, err := d.fs.List(ctx, folder)
		if err != nil {
			return in(folder, err)
		}
		each(entries)
		if !d.place.Recursive {
			return nil
		}
		for _, entry := range entries {
			if dir, ok := entry.(fs.Directory); ok && !d.skipped(dir.Remote()) {
				folders = append(folders, dir.Remote())
			}
		}
	}
	return nil
}

func in(folder string, err error) error {
	if folder == "" {
		return err
	}
	return fmt.Errorf("folder %s: %w", folder, err)
}

func (d *Drive) skipped(folder string) bool {
	return strings.Trim(path.Clean(d.place.Skip), "/") == folder
}

func (d *Drive) fileOf(ctx context.Context, o fs.Object) remote.File {
	return remote.File{
		ID:       idOf(o),
		Path:     o.Remote(),
		Size:     o.Size(),
		Modified: o.ModTime(ctx).UTC().Truncate(time.Second),
		Hash:     d.hashOf(ctx, o),
	}
}

// idOf is the path where the place has no IDs.
func idOf(o fs.Object) string {
	if ider, ok := o.(fs.IDer); ok && ider.ID() != "" {
		return ider.ID()
	}
	return o.Remote()
}

// sums are the hashes that places have, the usual ones first.
func (d *Drive) sum() hash.Type {
	known := d.fs.Hashes()
	for _, t := range []hash.Type{hash.MD5, hash.SHA1, hash.SHA256} {
		if known.Contains(t) {
			return t
		}
	}
	return known.GetOne()
}

// hashOf is what the listing said. The context is over already, so that no backend asks for the hash of a file that the listing had none for.
func (d *Drive) hashOf(ctx context.Context, o fs.Object) string {
	t := d.sum()
	if t == hash.None || d.fs.Features().SlowHash {
		return ""
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	sum, err := o.Hash(ctx, t)
	if err != nil || sum == "" {
		return ""
	}
	return t.String() + ":" + sum
}
