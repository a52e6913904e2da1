package worker

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/watcher"
)

// unknownPauses are the pauses between the attempts after an error of unknown cause: five attempts within two minutes.
var unknownPauses = [...]time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute}

const (
	// panicPause is how long a workbook that caused a panic waits for its next attempt: not long, because it will be refused soon, and what comes
	// after it waits.
	panicPause = 200 * time.Millisecond
	// maxPanics is after how many an arrival is quarantined. Five refuse the workbook, unless the refusal itself panics.
	maxPanics = 8
)

// retries decides when an import that was interrupted is attempted again.
type retries struct {
	interval time.Duration // replaces unknownPauses in tests
	wait     backoff.Pauses
	unknown  int // attempts in a row that ended with an error of unknown cause
	panics   int
}

func newRetries(interval time.Duration) *retries {
	return &retries{interval: interval, wait: backoff.New()}
}

// next returns how long to wait after an error. more is false once the cause is unknown and enough attempts were made.
func (r *retries) next(err error) (pause time.Duration, more bool) {
	if isPanic(err) {
		r.panics++
		return panicPause, r.panics < maxPanics
	}
	if ofEnvironment(err) {
		r.unknown = 0
		return r.wait.Next(), true
	}
	n := r.unknown
	if n >= len(unknownPauses) {
		return r.wait.Next(), false
	}
	r.unknown++
	return cmp.Or(r.interval, unknownPauses[n]), true
}

// panicError is a panic of an import: a fault of inlet itself. It counts as a crash, so that a workbook that causes it again and again is refused.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string {
	return fmt.Sprintf("internal error in inlet: %v\n%s", p.value, p.stack)
}

func isPanic(err error) bool {
	_, ok := errors.AsType[*panicError](err)
	return ok
}

// ofEnvironment reports whether the store, the disk or a permission is the cause of an error, so that a retry helps once that is corrected. It
// includes a login that the store rejects, which a person corrects.
func ofEnvironment(err error) bool {
	return ledger.IsTemporary(err) || isDenied(err) || errors.Is(err, ledger.ErrTakenOver)
}

func isDenied(err error) bool {
	_, denied := errors.AsType[*ledger.Denied](err)
	return denied
}

// invalidName are the errors of a file system that does not accept a name.
var invalidName = []error{syscall.EINVAL, syscall.EILSEQ, syscall.ENAMETOOLONG}

// ofFolders reports whether files cannot be moved because of the folders or their disk, so that the whole inbox has to wait. Otherwise the cause is in
// these files.
func ofFolders(err error) bool {
	if _, isNumber := errors.AsType[syscall.Errno](err); !isNumber {
		return ledger.IsTemporary(err)
	}
	return !slices.ContainsFunc(invalidName, func(name error) bool { return errors.Is(err, name) })
}

// inboxAtFault reports whether an import cannot go on because of the folders of its inbox, or their disk.
func inboxAtFault(a watcher.Arrival, err error) bool {
	if _, ok := errors.AsType[*pipeline.ArchiveError](err); ok {
		return true
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok && ledger.IsTemporary(err) && strings.HasPrefix(file.Path, a.Dir) {
		return true
	}
	return (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) && a.Readable() != nil
}

// failureReason is the reason of a retry as the metrics name it.
func failureReason(err error) string {
	_, notArchived := errors.AsType[*pipeline.ArchiveError](err)
	switch {
	case errors.Is(err, ledger.ErrTakenOver):
		return metrics.TakenOver
	case isPanic(err):
		return metrics.Panicked
	case ofEnvironment(err) || notArchived && ofFolders(err):
		return metrics.Environment
	}
	return metrics.Unknown
}
