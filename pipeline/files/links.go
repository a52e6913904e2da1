package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Linked says that a link stands where a folder or a file itself is meant. Whoever may write into a folder may put a link there, and must not
// choose with it where inlet reads and writes.
type Linked struct{ Path, To string }

func (l *Linked) Error() string {
	return fmt.Sprintf("%s is a link to %s; links are not followed here", l.Path, l.To)
}

// Unwrap gives what a system says that is asked not to follow links.
func (l *Linked) Unwrap() error { return syscall.ELOOP }

// NoLinks says which part of a path below a folder is a link, if one is: a *Linked. What is not there is not a link, and a path that does not
// lie below the folder is not looked at.
func NoLinks(folder, path string) error {
	rel, err := filepath.Rel(folder, path)
	if folder == "" || err != nil || rel == "." || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return nil
	}
	at := folder
	for part := range strings.SplitSeq(rel, string(filepath.Separator)) {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		if err != nil {
			return nil // whoever uses the path hears of it
		}
		if info.Mode()&os.ModeSymlink != 0 {
			to, err := os.Readlink(at)
			if err != nil {
				to = "another place"
			}
			return &Linked{Path: at, To: to}
		}
	}
	return nil
}
