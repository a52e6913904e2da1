package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
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
