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

// List returns the files that are there. It makes no request per file.
func (d *Drive) List(ctx context.Context) ([]remote.File, error) {
	ctx, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	files, err := guarded(ctx, &d.guard, d.timeouts.list, func(ctx context.Context) ([]remote.File, error) {
		if forget := d.fs.Features().DirCacheFlush; forget != nil {
			forget() // the IDs of folders: a person may have removed one and made it again
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
		d.closeIdle(ctx)
		return nil, d.explain(listing, d.place.Root, err)
	}
	return files, nil
}

// closeIdle closes idle connections. rclone returns one that broke while it listed a share to the pool, and would use it again and again.
func (d *Drive) closeIdle(ctx context.Context) {
	if d.place.Type != "smb" {
		return
	}
	_, _ = guarded(ctx, &d.guard, d.timeouts.abandon, func(context.Context) (struct{}, error) {
		shutDown(d.fs)
		return struct{}{}, nil
	})
}

// walk passes on all entries in batches. A folder that cannot be listed fails it: its files would seem to be gone.
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
			return inFolder(folder, err)
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

func inFolder(folder string, err error) error {
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

// hashType is the kind of hash that the place has, the common ones first.
func (d *Drive) hashType() hash.Type {
	known := d.fs.Hashes()
	for _, t := range []hash.Type{hash.MD5, hash.SHA1, hash.SHA256} {
		if known.Contains(t) {
			return t
		}
	}
	return known.GetOne()
}

// hashOf is the hash that the listing had. The context is cancelled beforehand, so that no backend requests the hash of a file that the listing had
// none for.
func (d *Drive) hashOf(ctx context.Context, o fs.Object) string {
	t := d.hashType()
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
