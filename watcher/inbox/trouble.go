package inbox

import (
	"errors"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

// troubleLog logs why an inbox cannot be used: once for each cause, and once when it is over. A scan every few seconds would fill the log.
type troubleLog struct {
	path  string // of the inbox
	log   *slog.Logger
	cause string // that was logged last; "" if the inbox can be used
}

func (t *troubleLog) report(err error) {
	cause := Cause(err)
	if cause == t.cause {
		return
	}
	t.cause = cause
	if err == nil {
		t.log.Info("Inbox can be used again", slog.String("path", t.path))
		return
	}
	t.log.Warn("Inbox cannot be used, its files wait", slog.String("path", t.path), slog.Any("error", err), slog.String("do", Advice(err)))
}

// Cause returns a text that is the same for errors of one cause, though their texts name different files; "" for nil.
func Cause(err error) string {
	if err == nil {
		return ""
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return "errno " + strconv.Itoa(int(number))
	}
	return variable.ReplaceAllString(innermost(err), "…")
}

// variable matches the parts of an error's text that differ each time: the ID of a claim, and the name of a temporary file.
var variable = regexp.MustCompile(`\d{8}T\d{6}\.\d{6}-[0-9a-f]{4}|\.inlet-[A-Z2-7]{26}\.tmp`)

// innermost is the text of the error that is wrapped by all others: those say what was done, and to which file.
func innermost(err error) string {
	switch wraps := err.(type) { //nolint:errorlint // unwrapping is what this does
	case interface{ Unwrap() error }:
		if inner := wraps.Unwrap(); inner != nil {
			return innermost(inner)
		}
	case interface{ Unwrap() []error }:
		var all []string
		for _, inner := range wraps.Unwrap() {
			all = append(all, innermost(inner))
		}
		return strings.Join(all, "; ")
	}
	return err.Error()
}

// Advice returns what a person can do about a fault of folders or disks.
func Advice(err error) string {
	number, _ := errors.AsType[syscall.Errno](err)
	_, isOdd := errors.AsType[*claim.OddSidecar](err)
	linked, isLinked := errors.AsType[*files.Linked](err)
	switch {
	case isLinked:
		return "replace the link with a folder; a folder elsewhere must be set in the configuration, e.g. done: " + linked.To
	case isOdd:
		return "put the file itself in its place, or remove it"
	case errors.Is(err, errUnmounted):
		return "mount the disk again; if the folder below the mount point is meant, restart inlet"
	case number == syscall.EACCES || number == syscall.EPERM:
		return "give user " + files.UserName(os.Geteuid()) + ", which inlet runs as, permission to read and write there (chown, chmod, or a group)"
	case number == syscall.EROFS:
		return "the disk is read-only: mount it for writing"
	case number == syscall.ENOSPC || number == syscall.EDQUOT:
		return "free space on that disk"
	case number == syscall.ENOTDIR || number == syscall.EEXIST || number == syscall.EISDIR:
		return "another file is in place of the folder: move it away"
	case number == syscall.ENOENT:
		return "create the folder, or mount the disk that it is on"
	}
	return "check that the disk works and is mounted"
}
