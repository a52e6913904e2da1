package finish

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"syscall"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
)

// Ungiven says in a language what cannot be given, and what to do about it.
func Ungiven(e *files.OwnershipError, lang string) string {
	switch {
	case e.Group == nil && e.Mode&fs.ModeSetgid != 0:
		return fmt.Sprintf(message.Word(lang, "the mode 2%s cannot be set on folders in %s (%s): inlet may not set the setgid bit. Run chmod g+s on the inbox, from which new folders inherit it, and remove the 2 from dir_mode"),
			octal(e.Mode), e.Path, e.Errno)
	case e.Group == nil:
		return fmt.Sprintf(message.Word(lang, "the mode %s cannot be set on files in %s (%s): the disk does not support modes. Remove ownership.file_mode and ownership.dir_mode"),
			octal(e.Mode), e.Path, e.Errno)
	case e.Errno == syscall.EINVAL:
		return fmt.Sprintf(message.Word(lang, "the group %d cannot be set on files in %s: it does not exist in the user namespace that inlet runs in. Remove PrivateUsers= from the unit, or map the group into the container"),
			*e.Group, e.Path)
	case e.Errno == syscall.EPERM:
		return fmt.Sprintf(message.Word(lang, "the group %d cannot be set on files in %s: add user %d, which inlet runs as, to the group (SupplementaryGroups= in the unit, which also needs SystemCallFilter=@chown)"),
			*e.Group, e.Path, os.Geteuid())
	}
	return fmt.Sprintf(message.Word(lang, "the group %d cannot be set on files in %s (%s): the disk does not support groups. Remove ownership.group"), *e.Group, e.Path, e.Errno)
}

func octal(mode fs.FileMode) string { return fmt.Sprintf("%03o", mode.Perm()) }

// OwnershipWarnings are what is wrong with each inbox whose ownership cannot be given, so that it is said once.
type OwnershipWarnings struct {
	mu sync.Mutex
	of map[string]string
}

// changed reports whether something else was wrong with an inbox before, and takes it down; nil is nothing.
func (w *OwnershipWarnings) changed(inbox string, e *files.OwnershipError) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil {
		w.of = map[string]string{}
	}
	before, now := w.of[inbox], ""
	if e != nil {
		what := *e
		what.Path = "" // the same of every file
		now = what.Error()
	}
	w.of[inbox] = now
	return before != now
}

// Warn logs what cannot be given of the ownership of an inbox's files, once until that changes. Nothing waits for it: the files are where they
// belong, with the group and the mode that they came with.
func (w *OwnershipWarnings) Warn(ctx context.Context, log *slog.Logger, inbox string, e *files.OwnershipError) {
	if w.changed(inbox, e) && e != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "Ownership cannot be set, files keep their group and mode",
			slog.String("inbox", inbox), slog.String("error", Ungiven(e, "en")))
	}
}
