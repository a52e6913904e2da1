package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// IdentityOf returns the identity of a file: here only its size and time. What lists a folder does not tell the number of a file.
func IdentityOf(info fs.FileInfo) Identity {
	return Identity{Size: info.Size(), ModTime: info.ModTime().UnixNano()}
}

// Inode is the number that the disk knows a file by.
func Inode(path string) (uint64, error) {
	n, err := numberOf(path, windows.FILE_FLAG_OPEN_REPARSE_POINT)
	return n.Inode, err
}

// NumberOf returns the number of the file at a path, over links.
func NumberOf(path string) (Number, error) { return numberOf(path, 0) }

func numberOf(path string, flags uint32) (Number, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return Number{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	const shared = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	h, err := windows.CreateFile(name, windows.FILE_READ_ATTRIBUTES, shared, nil, windows.OPEN_EXISTING,
		windows.FILE_FLAG_BACKUP_SEMANTICS|flags, 0)
	if err != nil {
		return Number{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer func() { _ = windows.CloseHandle(h) }()
	return fileNumber(h)
}

func fileNumber(h windows.Handle) (Number, error) {
	var is windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(h, &is); err != nil {
		return Number{}, os.NewSyscallError("GetFileInformationByHandle", err)
	}
	return Number{uint64(is.VolumeSerialNumber), uint64(is.FileIndexHigh)<<32 | uint64(is.FileIndexLow)}, nil
}

// FolderID returns what the file system identifies a folder by, or "". Two that differ are two folders; of two that are equal nothing follows.
func FolderID(root *os.Root) string {
	f, err := root.Open(".")
	if err != nil {
		return ""
	}
	defer f.Close()
	n, err := fileNumber(windows.Handle(f.Fd()))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d:%d", n.Device, n.Inode)
}

// LinkCount is not looked up here: each file has one name.
func LinkCount(fs.FileInfo) uint64 { return 1 }

// OpenForWriting reports whether a program has f open for writing: then Windows does not open it for a program that allows no writers beside it. Excel
// has a workbook open that way for as long as it shows it.
func OpenForWriting(f *os.File) bool {
	name, err := syscall.UTF16PtrFromString(f.Name())
	if err != nil {
		return false
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return InUse(err)
	}
	_ = windows.CloseHandle(h)
	return false
}

// InUse reports whether the cause of an error is that another program has the file open, or a part of it locked.
func InUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// Device is not known here.
func Device(fs.FileInfo) uint64 { return 0 }

// CheckWritable is left to the first write here.
func CheckWritable(string) error { return nil }

// MountPoint is not known here.
func MountPoint(string) string { return "" }

// NetworkFileSystem returns the kind of network file system that a folder is on, in words, or "" for a local one.
func NetworkFileSystem(folder string) (string, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	volume := filepath.VolumeName(absolute)
	if onServer(volume) {
		return "a network file system (SMB)", nil
	}
	root, err := syscall.UTF16PtrFromString(volume + `\`)
	if err != nil {
		return "", err
	}
	if windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "a network drive", nil
	}
	return "", nil
}

// FreeSpace returns the bytes that inlet's user may still write on the disk of a folder.
func FreeSpace(dir string) (float64, error) {
	name, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, err
	}
	return float64(free), nil
}

// renameNew renames without MOVEFILE_REPLACE_EXISTING, and without a copy to another disk, which would be there half for a while.
func renameNew(old, new string) error {
	from, err := syscall.UTF16PtrFromString(old)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: old, New: new, Err: err}
	}
	to, err := syscall.UTF16PtrFromString(new)
	if err == nil {
		err = windows.MoveFileEx(from, to, 0)
	}
	if errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) {
		err = syscall.EXDEV
	}
	if err != nil {
		return &os.LinkError{Op: "rename", Old: old, New: new, Err: err}
	}
	return nil
}

// renameFreeIn takes the paths below the root only after their folders were seen to be those that the root leads to.
func renameFreeIn(root *os.Root, old, new string) error {
	for _, name := range []string{old, new} {
		if err := leadsTo(root, path.Dir(filepath.ToSlash(name))); err != nil {
			return err
		}
	}
	return renameNew(filepath.Join(root.Name(), old), filepath.Join(root.Name(), new))
}

func leadsTo(root *os.Root, folder string) error {
	below, err := root.Stat(folder)
	if err != nil {
		return err
	}
	by, err := os.Stat(filepath.Join(root.Name(), folder))
	if err == nil && !os.SameFile(below, by) {
		err = &fs.PathError{Op: "rename", Path: folder, Err: errors.New("it is a different folder than a moment ago")}
	}
	return err
}

// SyncFile makes the content of a file that is open for reading survive a power cut. Windows flushes only what is open for writing, so it is opened
// again. A file that is marked as read-only cannot be, and is left to Windows: whoever wrote it has closed it before he marked it.
func SyncFile(root *os.Root, name string, open *os.File) error {
	if info, err := open.Stat(); err != nil || info.Mode().Perm()&0o200 == 0 {
		return err
	}
	f, err := root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	is, err := f.Stat()
	if err != nil {
		return err
	}
	if was, err := open.Stat(); err != nil || !os.SameFile(was, is) {
		return errors.Join(err, &fs.PathError{Op: "sync", Path: name, Err: errors.New("it is a different file than a moment ago")})
	}
	return f.Sync()
}

// syncNames is left to Windows, which has no such call for folders: NTFS has a journal of names.
func syncNames(*os.File) error { return nil }

// TemporaryErrnos are the errors of Windows that are temporary: a file that another program has open, a disk that is full, protected, gone or broken,
// and a server that cannot be reached.
var TemporaryErrnos = []syscall.Errno{windows.ERROR_ACCESS_DENIED, windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION, windows.ERROR_DISK_FULL,
	windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_WRITE_PROTECT, windows.ERROR_NOT_READY, windows.ERROR_IO_DEVICE, windows.ERROR_CRC,
	windows.ERROR_TOO_MANY_OPEN_FILES, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_SEM_TIMEOUT, windows.ERROR_DEV_NOT_EXIST,
	windows.ERROR_BAD_NETPATH, windows.ERROR_BAD_NET_NAME, windows.ERROR_NETNAME_DELETED, windows.ERROR_UNEXP_NET_ERR, windows.ERROR_NETWORK_UNREACHABLE,
	windows.ERROR_HOST_UNREACHABLE, windows.ERROR_CONNECTION_REFUSED, windows.WSAECONNREFUSED, windows.WSAECONNRESET, windows.WSAETIMEDOUT,
	windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAENOTCONN}
