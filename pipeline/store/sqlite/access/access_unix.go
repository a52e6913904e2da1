//go:build unix

package access

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
	"inlet.example/inlet/pipeline/files"
)

// Writable returns an error where this process may not write a file, or create files in a folder.
func Writable(path string) error {
	wanted := uint32(unix.R_OK | unix.W_OK)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		wanted |= unix.X_OK
	}
	if err := unix.Access(path, wanted); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

// OwnerAndMode returns the owner, the group and the mode of a file, as ls shows them.
func OwnerAndMode(info fs.FileInfo) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return info.Mode().String()
	}
	group := strconv.FormatUint(uint64(st.Gid), 10)
	if found, err := user.LookupGroupId(group); err == nil {
		group = found.Name
	}
	return fmt.Sprintf("%s:%s %s", files.UserName(int(st.Uid)), group, info.Mode())
}

// CurrentUser returns whose process this is.
func CurrentUser() string { return "user " + files.UserName(os.Geteuid()) }
