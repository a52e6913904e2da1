//go:build !windows

package ledger

import "syscall"

var systemErrnos []syscall.Errno // those of POSIX are all there are
