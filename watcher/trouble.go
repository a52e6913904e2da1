package watcher

import (
	"errors"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"inlet.example/inlet/pipeline/files"
)

// errUnmounted says that the disk of an inbox is gone and that what is seen in its place is the folder below.
var errUnmounted = errors.New("its disk is not mounted any more")

// tellTrouble logs why an inbox cannot be used: once for each cause, and once when it is over. A scan each few seconds would fill the log.
func (f *folder) tellTrouble(err error) {
	cause := Cause(err)
	if cause == f.trouble {
		return
	}
	f.trouble = cause
	if err == nil {
		f.log.Info("Inbox can be used again", slog.String("path", f.inbox.Path))
		return
	}
	f.log.Warn("Inbox cannot be used, its files wait", slog.String("path", f.inbox.Path), slog.Any("error", err),
		slog.String("do", Advice(err)))
}

// Cause returns what two errors share that have one cause, though their texts name other files; "" for nil.
func Cause(err error) string {
	if err == nil {
		return ""
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return "errno " + strconv.Itoa(int(number))
	}
	return fresh.ReplaceAllString(innermost(err), "…")
}

// fresh are the parts of an error's text that no other error has: the ID of a claim, and the name of a file that is not whole yet.
var fresh = regexp.MustCompile(`\d{8}T\d{6}\.\d{6}-[0-9a-f]{4}|\.inlet-[A-Z2-7]{26}\.tmp`)

// innermost is the text of what an error wraps at last: those around it name what was done, and to which file.
func innermost(err error) string {
	switch wraps := err.(type) { //nolint:errorlint // it is unwrapped here
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
	linked, isLinked := errors.AsType[*files.Linked](err)
	switch {
	case isLinked:
		return "put a folder in the place of the link; a folder elsewhere is named in the configuration itself, e.g. done: " + linked.To
	case errors.Is(err, errUnmounted):
		return "mount it again; if the folder below is meant, restart inlet"
	case number == syscall.EACCES || number == syscall.EPERM:
		return "give user " + strconv.Itoa(os.Geteuid()) + ", as which inlet runs, the right to read and write there (chown, chmod, or a group)"
	case number == syscall.EROFS:
		return "the disk is read-only: mount it for writing"
	case number == syscall.ENOSPC || number == syscall.EDQUOT:
		return "make room on that disk"
	case number == syscall.ENOTDIR || number == syscall.EEXIST || number == syscall.EISDIR:
		return "something else stands where a folder is meant: move it away"
	case number == syscall.ENOENT:
		return "make the folder, or mount the disk that it is on"
	}
	return "look whether the disk is well and mounted"
}
