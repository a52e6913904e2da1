//go:build unix

package files

import "golang.org/x/sys/unix"

// FreeSpace returns the bytes that inlet's user may still write on the disk of a folder.
func FreeSpace(dir string) (float64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return float64(fs.Bavail) * float64(fs.Bsize), nil
}
