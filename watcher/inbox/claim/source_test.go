//go:build unix

package claim

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A note belongs to the file it was written for, and only a regular file is read.
func TestSourceNote(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(dir string) error // after the note was written
		want string
	}{
		"as noted": {func(string) error { return nil }, "crm"},
		"other size": {func(dir string) error {
			name := filepath.Join(dir, "a.csv")
			info, err := os.Stat(name)
			return errors.Join(err, os.WriteFile(name, []byte("longer"), 0o600), os.Chtimes(name, time.Time{}, info.ModTime()))
		}, ""},
		"other time":   {func(dir string) error { return os.Chtimes(filepath.Join(dir, "a.csv"), time.Time{}, time.Unix(1, 0)) }, ""},
		"note removed": {func(dir string) error { return os.Remove(filepath.Join(dir, sourceNoteName("a.csv"))) }, ""},
		"not JSON": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, sourceNoteName("a.csv")), []byte("{"), 0o600)
		}, ""},
		"pipe": {func(dir string) error {
			note := filepath.Join(dir, sourceNoteName("a.csv"))
			if err := os.Remove(note); err != nil {
				return err
			}
			return syscall.Mkfifo(note, 0o600)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			must(t, os.WriteFile(filepath.Join(dir, "temp"), []byte("a"), 0o600), NoteSource(root, "crm", "temp", "a.csv"),
				os.Rename(filepath.Join(dir, "temp"), filepath.Join(dir, "a.csv")), c.edit(dir))
			info, err := root.Lstat("a.csv")
			if err != nil {
				t.Fatal(err)
			}
			source := make(chan string, 1)
			go func() { source <- sourceOf(root, "a.csv", info) }()
			select {
			case got := <-source:
				if got != c.want {
					t.Errorf("source %q, want %q", got, c.want)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it waits for the writer of a pipe")
			}
		})
	}
}

// A note goes with its file, and is not left behind to be read for the next one of that name.
func TestSourceNoteIsRemovedWithTheClaim(t *testing.T) {
	f := inboxOf(t, map[string]string{"temp": "a"})
	must(t, NoteSource(f.Root, "crm", "temp", "a.csv"), f.Root.Rename("temp", "a.csv"))
	a, err := f.Claim(t.Context(), item(t, f, "a.csv"))
	if err != nil || a.Source != "crm" {
		t.Errorf("claimed %+v, %v", a, err)
	}
	if _, err := f.Root.Lstat(sourceNoteName("a.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the note is left: %v", err)
	}
}
