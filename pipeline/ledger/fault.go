package ledger

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"slices"
	"syscall"

	"inlet.example/inlet/pipeline/files"
)

// ErrTakenOver is the error of an import that another process continues. It is not a fault: this process stops.
var ErrTakenOver = errors.New("another process has taken over this import")

// Temporary is an error outside inlet and its files: a database that cannot be reached, timed out, is not primary, has no space or is read-only. It
// goes away with its cause, so there is no limit to retries. An error that is neither a Refusal, a Problem nor temporary is unknown: it is retried a
// few times, then the import is stuck and the next file is imported.
type Temporary struct{ Err error }

func (w *Temporary) Error() string { return w.Err.Error() }

// Unwrap returns the cause.
func (w *Temporary) Unwrap() error { return w.Err }

// temporaryErrnos are the errors that mean a fault of the file system or network itself; a closed list.
var temporaryErrnos = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT,
	syscall.ENOTCONN, syscall.EHOSTDOWN, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.ENETUNREACH, syscall.ECONNREFUSED, syscall.ECONNRESET,
	syscall.EPIPE, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EAGAIN, syscall.EBUSY}

// IsTemporary reports whether an error is temporary.
func IsTemporary(err error) bool {
	if _, ok := errors.AsType[*Temporary](err); ok {
		return true
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return slices.Contains(temporaryErrnos, number) || slices.Contains(files.TemporaryErrnos, number)
	}
	if wire, ok := errors.AsType[net.Error](err); ok && wire.Timeout() {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed)
}

// Denied is an error of a database that denies access: a wrong password or a missing permission. The workbook is not at fault, so it waits as for a
// temporary error; but a retry helps only after a person has changed a setting.
type Denied struct{ Err error }

func (d *Denied) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Denied) Unwrap() error { return d.Err }

// Panic is a panic on its way, as an error, to a place that can end it or raise it again.
type Panic struct {
	Value any
	Stack []byte
}

// Error returns the value with the stack on which it was raised.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }

// Catch returns the error of do, and a panic of do as a *Panic.
func Catch(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v, debug.Stack()}
		}
	}()
	return do()
}
