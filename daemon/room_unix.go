//go:build unix

package daemon

import "golang.org/x/sys/unix"

// roomIn returns the bytes that inlet's user may still write on the disk of a folder.
func roomIn(dir string) (float64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return float64(fs.Bavail) * float64(fs.Bsize), nil
}
