package inbox

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

// errUnmounted says that the disk of an inbox is gone and that what is seen in its place is the folder below.
var errUnmounted = errors.New("its disk is no longer mounted")

// location knows whether the folder at the path of an inbox is the inbox.
type location struct {
	inbox      Inbox
	log        *slog.Logger
	made       bool   // the inbox existed once: it is not made again
	hasClaims  bool   // the last check saw the folder of the claims
	mountPoint string // where the disk is mounted that the inbox was on when it was opened
}

// isStill reports whether a root that was opened is still the folder at the path.
func (l *location) isStill(root *os.Root) (bool, error) {
	now, err := os.Stat(l.inbox.Path)
	if err != nil {
		return false, err
	}
	was, err := root.Stat(".")
	return err == nil && os.SameFile(was, now), nil
}

// open opens the folder. It is made once, at the start: later a folder that is gone was removed on purpose.
func (l *location) open() (*os.Root, error) {
	if !l.made {
		if err := l.inbox.makeFolder(); err != nil {
			return nil, err
		}
	}
	at := files.MountPoint(l.inbox.Path)
	if at != l.mountPoint && at != "" && isBelow(at, l.mountPoint) {
		return nil, fmt.Errorf("%s was on %s: %w", l.inbox.Path, l.mountPoint, errUnmounted)
	}
	if at != "" {
		l.mountPoint = at
	}
	l.hasClaims = false
	return files.OpenRoot(l.inbox.Path)
}

// isBelow reports whether a path is below a folder.
func isBelow(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, "../")
}

// check returns why files of the inbox must not be claimed now.
func (l *location) check(root *os.Root) error {
	return cmp.Or(l.checkExcluded(), l.keepClaimFolder(root))
}

// keepClaimFolder makes the folder of the claims at the start, and checks that it is a folder. If it is removed, the next claim makes it
// again, or the scan after the one that misses it: whoever removes the whole inbox must not be hindered.
func (l *location) keepClaimFolder(root *os.Root) error {
	err := claim.CheckFolder(root)
	if !errors.Is(err, fs.ErrNotExist) {
		l.hasClaims = err == nil
		return err
	}
	if l.hasClaims {
		l.hasClaims = false
		l.log.Warn("Folder of claimed files was removed and is created again", slog.String("path", claim.Dir(l.inbox.Path, "")),
			slog.String("do", "put the files that were in it into the inbox again"))
		return nil
	}
	return claim.MakeFolder(root)
}

// checkExcluded returns which of the folders that inlet moves files into is a link, or is behind one, if it is in the inbox. Whoever may drop
// files may make links, and would decide where the files of all others go.
func (l *location) checkExcluded() error {
	for _, folder := range l.inbox.Excluded {
		if err := files.NoLinks(l.inbox.Path, filepath.Clean(folder)); err != nil {
			return err
		}
	}
	return nil
}

// leadsToExcluded reports whether a path below the inbox is one of these folders or on the way to one.
func (l *location) leadsToExcluded(rel string) bool {
	path := filepath.Join(l.inbox.Path, rel)
	return slices.ContainsFunc(l.inbox.Excluded, func(folder string) bool {
		return strings.HasPrefix(filepath.Clean(folder)+string(os.PathSeparator), path+string(os.PathSeparator))
	})
}
