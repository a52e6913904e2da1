package watcher

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

func markOf(info fs.FileInfo) mark {
	m := mark{size: info.Size(), mtime: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		m.inode, m.ctime = st.Ino, st.Ctim.Nano()
	}
	return m
}

// links is how many names a file has.
func links(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink) //nolint:unconvert // it is not 64 bits wide everywhere
	}
	return 1
}

// disk is the number of the disk that a file is on.
func disk(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Dev) //nolint:unconvert // it is not 64 bits wide everywhere
	}
	return 0
}

// writable says why nothing can be put into a folder or taken out of it.
func writable(folder string) error {
	if err := unix.Faccessat(unix.AT_FDCWD, folder, unix.R_OK|unix.W_OK|unix.X_OK, unix.AT_EACCESS); err != nil {
		return &fs.PathError{Op: "access", Path: folder, Err: err}
	}
	return nil
}

// mountOf is the folder that the disk of a folder is mounted on; "" where the kernel cannot tell.
func mountOf(folder string) string {
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

// writing tells whether somebody has f open for writing, where that can be told: a read lease is refused then. It
// takes the file's owner or CAP_LEASE to ask, and a local file system; else the answer is no.
func writing(f *os.File) bool {
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

// tells tells whether the file system of a folder tells events: those of other hosts do not.
func tells(folder string) bool {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return true
	}
	switch uint32(st.Type) {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.FUSE_SUPER_MAGIC,
		unix.V9FS_MAGIC, unix.AFS_SUPER_MAGIC, unix.CODA_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC:
		return false
	}
	return true
}
