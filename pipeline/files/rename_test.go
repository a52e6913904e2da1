package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRenames holds that no rename replaces a file and each gives a free name.
func TestRenames(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, rename := range map[string]func(old, new string) error{
		"new": func(old, new string) error {
			return RenameNew(filepath.Join(root.Name(), old), filepath.Join(root.Name(), new))
		},
		"link": func(old, new string) error {
			return linkNew(filepath.Join(root.Name(), old), filepath.Join(root.Name(), new))
		},
		"free": func(old, new string) error {
			return RenameFree(filepath.Join(root.Name(), old), filepath.Join(root.Name(), new))
		},
		"in": func(old, new string) error { return RenameFreeIn(root, old, new) },
		"below": func(old, new string) error {
			if err := errors.Join(os.MkdirAll(filepath.Join(root.Name(), "x/y"), 0o755), root.Rename(old, "x/y/"+old)); err != nil {
				return err
			}
			err := RenameFreeIn(root, "x/y/"+old, new)
			if err != nil {
				err = errors.Join(err, root.Rename("x/y/"+old, old))
			}
			return err
		},
		"check": func(old, new string) error { return renameIfFree(root, old, new) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"a", "b"} {
				if err := root.WriteFile(file, []byte(file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_ = root.Remove("c")
			if err := rename("a", "b"); !errors.Is(err, fs.ErrExist) {
				t.Errorf("to a name that is taken: %v", err)
			}
			if err := rename("a", "c"); err != nil {
				t.Errorf("to a free name: %v", err)
			}
			for file, want := range map[string]string{"b": "b", "c": "a"} {
				if got, err := root.ReadFile(file); err != nil || string(got) != want {
					t.Errorf("%s holds %q, %v; want %q", file, got, err, want)
				}
			}
			if _, err := root.Lstat("a"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the old name is still there: %v", err)
			}
		})
	}
}

func TestWriteIn(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, content := range []string{"first", "second"} {
		if err := WriteIn(root, "a", strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if got, _ := root.ReadFile("a"); string(got) != content {
			t.Errorf("the file holds %q, want %q", got, content)
		}
	}
	failing := &os.PathError{Op: "read", Path: "x", Err: fs.ErrInvalid}
	if err := WriteIn(root, "a", errReader{failing}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("of a content that cannot be read: %v", err)
	}
	if got, _ := root.ReadFile("a"); string(got) != "second" {
		t.Errorf("after a failed write the file holds %q", got)
	}
	names, _ := fs.Glob(root.FS(), "*")
	if len(names) != 1 {
		t.Errorf("a failed write left %v", names)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestNetworkFileSystem(t *testing.T) {
	if kind, err := NetworkFileSystem(t.TempDir()); kind != "" || err != nil {
		t.Skipf("the temporary folder is on %q: %v", kind, err)
	}
	if !SupportsInotify(t.TempDir()) {
		t.Error("a local file system without inotify")
	}
}
