package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

func IdentityOf(info fs.FileInfo) Identity {
	m := Identity{Size: info.Size(), ModTime: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		m.Inode, m.ChangeTime = st.Ino, st.Ctim.Nano()
	}
	return m
}

// LinkCount is how many names a file has.
func LinkCount(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink) //nolint:unconvert // it is not 64 bits wide everywhere
	}
	return 1
}

// Device is the number of the disk that a file is on.
func Device(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Dev) //nolint:unconvert // it is not 64 bits wide everywhere
	}
	return 0
}

// CheckWritable says why nothing can be put into a folder or taken out of it.
func CheckWritable(folder string) error {
	if err := unix.Faccessat(unix.AT_FDCWD, folder, unix.R_OK|unix.W_OK|unix.X_OK, unix.AT_EACCESS); err != nil {
		return &fs.PathError{Op: "access", Path: folder, Err: err}
	}
	return nil
}

// MountPoint is the folder that the disk of a folder is mounted on; "" where the kernel cannot tell.
func MountPoint(folder string) string {
	at, err := filepath.EvalSymlinks(folder)
	for ; err == nil; at = filepath.Dir(at) {
		var st unix.Statx_t
		err = unix.Statx(unix.AT_FDCWD, at, 0, 0, &st)
		if err == nil && st.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT == 0 {
			return ""
		}
		if err == nil && (st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0 || at == filepath.Dir(at)) {
			return at
		}
	}
	return ""
}

// OpenForWriting reports whether a program has f open for writing, where that can be found out: a read lease is refused then. It
// takes the file's owner or CAP_LEASE to ask, and a local file system; else the answer is no.
func OpenForWriting(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	busy := false
	_ = conn.Control(func(fd uintptr) {
		_, err := unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_RDLCK)
		busy = errors.Is(err, unix.EAGAIN)
		if err == nil {
			_, _ = unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_UNLCK)
		}
	})
	return busy
}

// FolderID returns what the file system identifies a folder by, or "". Two that differ are two folders; of two that are equal nothing follows.
func FolderID(root *os.Root) string {
	info, err := root.Stat(".")
	if err != nil {
		return ""
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d:%d", s.Dev, s.Ino)
}
