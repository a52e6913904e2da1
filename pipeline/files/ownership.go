package files

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Ownership is the group and the modes that files and folders get. What is nil or 0 stays as it comes: of the umask, and of a
// folder around that hands down its group.
type Ownership struct {
	Group        *int // its number
	File, Folder fs.FileMode
	Refused      func(*OwnershipError) // called with what cannot be given; may be nil
}

// OwnershipError says about a group or a mode that the system does not let inlet give it. That is a fault of the configuration: what it was for
// keeps what it has, and is where it belongs.
type OwnershipError struct {
	Path  string
	Group *int        // nil: it is the mode
	Mode  fs.FileMode // 0: it is the group
	Errno syscall.Errno
}

func (e *OwnershipError) Error() string {
	if e.Group != nil {
		return fmt.Sprintf("set group of %s to %d: %v", e.Path, *e.Group, e.Errno)
	}
	return fmt.Sprintf("set mode of %s to %v: %v", e.Path, e.Mode, e.Errno)
}

// refusals are the errors of a system that does not let this user, or any user, set a group or a mode: a group that the user is not in, or that is
// outside its user namespace (EINVAL), a filter of system calls, a file system that keeps neither.
var refusals = []syscall.Errno{syscall.EPERM, syscall.EINVAL, syscall.ENOSYS, syscall.EOPNOTSUPP, syscall.EOVERFLOW}

// ErrOtherOwner is the error of a file that belongs to another user, who alone may change its group and mode.
var ErrOtherOwner = errors.New("it belongs to another user")

// GiveFolder gives a folder that was made its group and mode. It keeps handing down its group where it does.
func (o Ownership) GiveFolder(path string) error {
	mode := o.Folder
	if info, err := os.Stat(path); err != nil {
		return err
	} else if mode != 0 {
		mode |= info.Mode() & fs.ModeSetgid
	}
	return o.give(path, mode, true)
}

// MakeFolder makes a folder. With its mode from the start there may be nothing to change: a folder around hands down group and setgid.
func (o Ownership) MakeFolder(path string) error {
	if o.Folder != 0 {
		return os.Mkdir(path, o.Folder.Perm())
	}
	return os.Mkdir(path, 0o755)
}

// GiveMade gives a file that was made its group and mode.
func (o Ownership) GiveMade(path string) error { return o.give(path, o.File, true) }

// GiveFound gives them to a file that came from anywhere. It is errNotOurs where only a copy can have them.
func (o Ownership) GiveFound(path string) error { return o.give(path, o.File, false) }

// give changes what is not as it should be: to leave as it is takes no right. Where the group cannot be given the group that it has gets no
// more rights than it had, for they are meant for another. What was made belongs on some file systems to another user all the same.
func (o Ownership) give(path string, mode fs.FileMode, made bool) error {
	if o.Group == nil && mode == 0 {
		return nil
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	copies := !made && !ours(info)
	if o.Group != nil && groupOf(info) != *o.Group {
		given, err := o.given(&OwnershipError{Path: path, Group: o.Group}, os.Lchown(path, -1, *o.Group), copies)
		if err != nil {
			return err
		}
		if !given && mode != 0 {
			mode &^= 0o070 &^ info.Mode()
		}
	}
	const all = fs.ModePerm | fs.ModeSetgid | fs.ModeSetuid | fs.ModeSticky
	if mode == 0 || info.Mode()&all == mode {
		return nil
	}
	_, err = o.given(&OwnershipError{Path: path, Mode: mode}, os.Chmod(path, mode), copies)
	return err
}

// given reports whether what was tried has come about, and tells what has not, unless it may with a copy.
func (o Ownership) given(what *OwnershipError, err error, copies bool) (bool, error) {
	number, ok := errors.AsType[syscall.Errno](err)
	switch {
	case err == nil:
		return true, nil
	case !ok || !slices.Contains(refusals, number):
		return false, err
	case number == syscall.EPERM && copies:
		return false, fmt.Errorf("%w: %w", ErrOtherOwner, err)
	}
	what.Errno = number
	if o.Refused != nil {
		o.Refused(what)
	}
	return false, nil
}

// Check gives the group and the modes to a file and a folder of its own in a folder, and takes both away again. An UngivenError says what could
// not be given.
func (o Ownership) Check(dir string) error {
	var first *OwnershipError
	o.Refused = func(what *OwnershipError) {
		if first == nil {
			first = what
		}
	}
	temp, err := WriteTemp(filepath.Join(dir, "try"), strings.NewReader(""), 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(o.GiveMade(temp), os.Remove(temp))
	if err == nil && first == nil {
		if err = o.MakeFolder(temp); err == nil {
			err = errors.Join(o.GiveFolder(temp), os.Remove(temp))
		}
	}
	if first != nil {
		first.Path = dir
		return errors.Join(first, err)
	}
	return err
}

// UserName returns the name of a user. Of one that the system does not know, such as a dynamic user of systemd, it is what the environment calls it if
// this process is his, else his number.
func UserName(id int) string {
	number := strconv.Itoa(id)
	if id < 0 { // Windows has names and no numbers
		if current, err := user.Current(); err == nil {
			return current.Username
		}
	}
	if found, err := user.LookupId(number); err == nil {
		return found.Username
	}
	if id == os.Geteuid() {
		return cmp.Or(os.Getenv("USER"), number)
	}
	return number
}
