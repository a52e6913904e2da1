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

// keepOwn makes the folder of the claims if it is missing, also where somebody has removed it since. It is a folder itself: over a link the
// claims would lie somewhere else.
func (f *folder) keepOwn() error {
	err := f.root.Mkdir(ownFolder, 0o750)
	switch {
	case errors.Is(err, fs.ErrExist):
		err = asFolder(f.root, ownFolder)
	case err == nil && f.hasOwn:
		f.log.Warn("The folder of claimed files was removed, it is made again", slog.String("path", filepath.Join(f.inbox.Path, ownFolder)),
			slog.String("do", "drop the files again that were in it"))
	}
	f.hasOwn = err == nil
	return err
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
