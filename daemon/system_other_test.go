//go:build !unix

package daemon_test

import (
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"
)

// groupOf returns 0: files have no group here.
func groupOf(fs.FileInfo) uint32 { return 0 }

func mkfifo(string) error { return errors.ErrUnsupported }

// killed ends this process.
func killed() { os.Exit(9) }

// cpuTime skips the test: how long a process has computed is not measured here.
func cpuTime(t *testing.T) time.Duration {
	t.Skip("NOT TESTED: what a process computes, on this system")
	return 0
}
