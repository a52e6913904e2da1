//go:build unix

package archive

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// Somebody puts a link in the place of a folder on the way of a file. Nothing is written where it leads, and all goes on without it.
func TestLinksInTheInboxAreNotFollowed(t *testing.T) {
	for name, link := range map[string]func(inbox string) string{
		"done":          func(inbox string) string { return filepath.Join(inbox, "done") },
		"the day":       func(inbox string) string { return filepath.Join(inbox, "done", "2026-03-04") },
		"the claims":    func(inbox string) string { return filepath.Join(inbox, ".inlet") },
		"the claim":     func(inbox string) string { return filepath.Join(inbox, ".inlet", "id") },
		"above of done": func(inbox string) string { return filepath.Join(inbox, "archive") },
	} {
		t.Run(name, func(t *testing.T) {
			inbox, outside := t.TempDir(), t.TempDir()
			done := filepath.Join(inbox, "done")
			if name == "above of done" {
				done = filepath.Join(inbox, "archive", "done")
			}
			if err := os.MkdirAll(done, 0o755); err != nil {
				t.Fatal(err)
			}
			src := put(t, filepath.Join(inbox, ".inlet", "id", "kunder.xlsx"), "a")
			at := link(inbox)
			if err := os.Rename(at, at+" away"); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			if err := os.Symlink(outside, at); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(outside, "kunder.xlsx"), "outside")
			put(t, filepath.Join(outside, "id", "kunder.xlsx"), "outside")
			before := tree(t, outside)
			set := Set{ID: "id", Name: "kunder.xlsx", Files: []File{{Name: "kunder.xlsx.reason.txt", Content: []byte("why")}, {Src: src}}, Inside: inbox}
			_, err := set.Place(done, day)
			if linked, ok := errors.AsType[*files.Linked](err); !ok || linked.Path != at || !errors.Is(err, syscall.ELOOP) {
				t.Errorf("Place: %v", err)
			}
			if now := tree(t, outside); len(now) != len(before) {
				t.Errorf("outside there are %v", now)
			}
			if err := os.Remove(at); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(at+" away", at); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			if paths, err := set.Place(done, day); err != nil || len(paths) != 2 {
				t.Errorf("without the link: %v, %v", paths, err)
			}
		})
	}
}

// A link that the configuration names is the operator's.
func TestLinkedFolderOutsideTheInbox(t *testing.T) {
	inbox, outside := t.TempDir(), t.TempDir()
	done := filepath.Join(t.TempDir(), "done")
	if err := os.Symlink(outside, done); err != nil {
		t.Fatal(err)
	}
	src := put(t, filepath.Join(inbox, "kunder.xlsx"), "a")
	if _, err := (Set{ID: "id", Name: "kunder.xlsx", Files: []File{{Src: src}}, Inside: inbox}).Place(done, day); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(outside, "2026-03-04", "kunder.xlsx")); err != nil {
		t.Error(err)
	}
}

// Pipes called like what is looked for would be waited on for ever.
func TestPipesInTheFolderAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "done", "2026-03-04")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	set := Set{ID: "id", Name: "kunder.xlsx", Sum: "00", Files: []File{{Src: filepath.Join(dir, "kunder.xlsx")}}}
	r := reservations{folder: folder, names: namesOf(set)}
	for _, name := range []string{"kunder.xlsx", "kunder~2.xlsx", r.fileName(1), r.fileName(3), ".inlet-0123456789abcdef01234567.number"} {
		if err := syscall.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error, 1)
	go func() {
		_, err := set.Place(filepath.Join(dir, "done"), day) // as if a try before had moved it
		put(t, set.Files[0].Src, "a")
		paths, placeErr := set.Place(filepath.Join(dir, "done"), day)
		if len(paths) == 1 {
			placeErr = errors.Join(placeErr, set.Release(paths[0]))
		}
		if !errors.Is(err, ErrMissing) {
			placeErr = errors.Join(placeErr, err)
		}
		_, sweepErr := Sweep(filepath.Join(dir, "done"), func(string) bool { return false })
		ended <- errors.Join(placeErr, sweepErr)
	}()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for a pipe")
	}
	if _, err := os.Stat(filepath.Join(folder, "kunder~4.xlsx")); err != nil {
		t.Errorf("it is not in done: %v, %v", err, tree(t, filepath.Join(dir, "none")))
	}
}
