//go:build unix

package files

import (
	"io/fs"
	"os"
	"syscall"
)

// groupOf is the number of the group that a file belongs to; -1 if that is not known.
func groupOf(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Gid)
	}
	return -1
}

// ours reports whether a file belongs to the user that inlet runs as.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}
