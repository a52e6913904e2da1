package drive

import (
	"context"
	"path"
	"strings"

	"github.com/rclone/rclone/fs"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// walk passes on all entries in batches. A folder that cannot be listed fails it: its files would seem to be gone.
func walk(ctx context.Context, f fs.Fs, place remote.Location, each func(fs.DirEntries)) error {
	features := f.Features()
	if place.Recursive && place.Skip == "" && features.ListR != nil {
		return features.ListR(ctx, "", func(entries fs.DirEntries) error {
			each(entries)
			return nil
		})
	}
	folders := []string{""}
	for len(folders) > 0 {
		folder := folders[0]
		folders = folders[1:]
		entries, err := f.List(ctx, folder)
		if err != nil {
			return inFolder(folder, err)
		}
		each(entries)
		if !place.Recursive {
			return nil
		}
		for _, entry := range entries {
			if dir, ok := entry.(fs.Directory); ok && !skipped(place, dir.Remote()) {
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
	return message.Errorf("folder %s: %w", folder, err)
}

// skipped reports whether the folder is the one that is not listed.
func skipped(place remote.Location, folder string) bool {
	return strings.Trim(path.Clean(place.Skip), "/") == folder
}
