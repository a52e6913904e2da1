package ledger

import (
	"context"
	"errors"
	"net"
	"slices"
	"syscall"
)

// ErrTakenOver says that another process continues the import. It is not a fault: this process stops.
var ErrTakenOver = errors.New("another process took this import over")

// Temporary is an error that is the world's: a database that is not reached, timed out, is not primary, has no space or is read-only. Trying again
// helps once the cause is gone, so it is tried without limit. What is neither a Refusal, a Problem nor the world's is unknown: it is tried some
// times, and then the import is stuck and the next file goes on.
type Temporary struct{ Err error }

func (w *Temporary) Error() string { return w.Err.Error() }

// Unwrap gives the cause.
func (w *Temporary) Unwrap() error { return w.Err }

// temporaryErrnos are what a file system or a network says when the fault is its own; a closed list.
var temporaryErrnos = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT,
	syscall.ENOTCONN, syscall.EHOSTDOWN, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.ENETUNREACH, syscall.ECONNREFUSED, syscall.ECONNRESET,
	syscall.EPIPE, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EAGAIN, syscall.EBUSY}

// IsTemporary says whether an error is the world's.
func IsTemporary(err error) bool {
	if _, ok := errors.AsType[*Temporary](err); ok {
		return true
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return slices.Contains(temporaryErrnos, number)
	}
	if wire, ok := errors.AsType[net.Error](err); ok && wire.Timeout() {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed)
}

// Denied is an error of a database that does not let inlet in, or not do what it must: a wrong password, a right that is missing. Nothing is wrong
// with a workbook that meets it, so it waits as for the world; but a person has to change a setting before trying again helps.
type Denied struct{ Err error }

func (d *Denied) Error() string { return d.Err.Error() }

// Unwrap gives the cause.
func (d *Denied) Unwrap() error { return d.Err }
