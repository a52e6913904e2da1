package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Owner is the group and the modes that files and folders get. What is nil or 0 stays as it comes: of the umask, and of a
// folder around that hands down its group.
type Owner struct {
	Group        *int // its number
	File, Folder fs.FileMode
}

// errNotOurs says that a file belongs to somebody else, who alone may change its group and mode.
var errNotOurs = errors.New("it belongs to somebody else")

// Adopt gives a folder that was made its group and mode. It keeps handing down its group where it does.
func (o Owner) Adopt(path string) error {
	mode := o.Folder
	if info, err := os.Stat(path); err != nil {
		return err
	} else if mode != 0 {
		mode |= info.Mode() & fs.ModeSetgid
	}
	return o.give(path, mode)
}

func (o Owner) file(path string) error { return o.give(path, o.File) }

// give changes what is not as it should be: to leave as it is takes no right.
func (o Owner) give(path string, mode fs.FileMode) error {
	if o.Group == nil && mode == 0 {
		return nil
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if o.Group != nil && groupOf(info) != *o.Group {
		err = os.Lchown(path, -1, *o.Group)
	}
	const all = fs.ModePerm | fs.ModeSetgid | fs.ModeSetuid | fs.ModeSticky
	if err == nil && mode != 0 && info.Mode()&all != mode {
		err = os.Chmod(path, mode)
	}
	if !errors.Is(err, syscall.EPERM) {
		return err
	}
	if !ours(info) {
		return fmt.Errorf("%w: %w", errNotOurs, err)
	}
	if o.Group == nil {
		return err
	}
	return fmt.Errorf("%w; the user that inlet runs as must be a member of group %d", err, *o.Group)
}
