//go:build unix

package daemon_test

import (
	"io/fs"
	"os"
	"syscall"
	"testing"
	"time"
)

// groupOf returns the group of a file.
func groupOf(info fs.FileInfo) uint32 { return info.Sys().(*syscall.Stat_t).Gid }

func mkfifo(path string) error { return syscall.Mkfifo(path, 0o600) }

// killed ends this process as kill -9 does.
func killed() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// cpuTime is how long this process has computed.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
