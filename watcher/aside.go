package watcher

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

// keepOwn sees that the folder of the claims is there, and a folder itself: over a link the claims would lie somewhere else. One that somebody
// has removed is made again by the next claim, or by the scan after the one that misses it: who removes the inbox is not to be hindered.
func (f *folder) keepOwn() error {
	err := asFolder(f.root, ownFolder)
	if !errors.Is(err, fs.ErrNotExist) {
		f.hasOwn = err == nil
		return err
	}
	if f.hasOwn {
		f.hasOwn = false
		f.log.Warn("The folder of claimed files was removed; it is made again", slog.String("path", filepath.Join(f.inbox.Path, ownFolder)),
			slog.String("do", "drop the files again that were in it"))
		return nil
	}
	return f.root.Mkdir(ownFolder, 0o750)
}

// linked says which of the folders that the inbox puts files into is a link, or lies behind one, if it lies in the inbox. Who may drop files may
// make links, and would choose where the files of all others go.
func (f *folder) linked() error {
	for _, aside := range f.inbox.Aside {
		if err := files.NoLinks(f.inbox.Path, filepath.Clean(aside)); err != nil {
			return err
		}
	}
	return nil
}

// isAside says whether a path below the inbox is one of these folders or on the way to one.
func (f *folder) isAside(rel string) bool {
	path := filepath.Join(f.inbox.Path, rel)
	return slices.ContainsFunc(f.inbox.Aside, func(aside string) bool {
		return strings.HasPrefix(filepath.Clean(aside)+string(os.PathSeparator), path+string(os.PathSeparator))
	})
}
