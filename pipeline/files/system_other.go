//go:build !linux && !windows

package files

import (
	"io/fs"
	"os"
)

// IdentityOf returns the identity of a file: here only its size and time.
func IdentityOf(info fs.FileInfo) Identity {
	return Identity{Size: info.Size(), ModTime: info.ModTime().UnixNano()}
}

// FolderID is not known here.
func FolderID(*os.Root) string { return "" }

// LinkCount is not known here: each file has one name.
func LinkCount(fs.FileInfo) uint64 { return 1 }

// OpenForWriting cannot find that out here.
func OpenForWriting(*os.File) bool { return false }

// Device is not known here.
func Device(fs.FileInfo) uint64 { return 0 }

// CheckWritable is left to the first write here.
func CheckWritable(string) error { return nil }

// MountPoint is not known here.
func MountPoint(string) string { return "" }

// NetworkFileSystem knows network file systems on Linux only, where inlet runs in production.
func NetworkFileSystem(string) (string, error) { return "", nil }

func renameNew(old, new string) error { return linkNew(old, new) }

func renameFreeIn(root *os.Root, old, new string) error { return renameIfFree(root, old, new) }
