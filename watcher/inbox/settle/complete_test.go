//go:build unix

package settle

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/files"
)

func zipped(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("xl/workbook.xml"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Until when a quiet file waits, and that what looks cut off is claimed in the end.
func TestIncomplete(t *testing.T) {
	const quiet = 2 * time.Second
	whole := zipped(t)
	open := func(t *testing.T, name string) {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		if r, err := os.Open(name); err != nil || !files.OpenForWriting(r) {
			t.Skipf("this file system does not say who has a file open: %v", err)
		}
	}
	for name, c := range map[string]struct {
		name, content string
		after         func(t *testing.T, name string) // it was seen
		quietFor      time.Duration
		wait          time.Duration // from now; 0: it is complete
	}{
		"complete":         {"a.xlsx", whole, nil, quiet, 0},
		"CSV":              {"a.csv", "PK\x03\x04", nil, quiet, 0},
		"cut off":          {"a.XLSX", whole[:len(whole)-5], nil, quiet, 10 * quiet},
		"empty":            {"a.csv", "", nil, quiet, 10 * quiet},
		"cut off, longer":  {"a.xlsx", whole[:len(whole)-5], nil, 11*quiet - 1, 1},
		"cut off, at last": {"a.xlsx", whole[:len(whole)-5], nil, 11 * quiet, 0},
		"end in the midst": {"a.xlsx", whole + strings.Repeat("x", 70000), nil, quiet, 10 * quiet},
		"web page":         {"a.xlsx", "<html>", nil, quiet, 0},
		"has a writer":     {"a.csv", "a", open, quiet, writerPoll},
		"changed since":    {"a.csv", "a", func(t *testing.T, name string) { write(t, name, "ab") }, quiet, quiet},
		"a pipe since": {"a.csv", "a", func(t *testing.T, name string) {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(name, 0o600); err != nil {
				t.Fatal(err)
			}
		}, quiet, quiet},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				path := filepath.Join(dir, c.name)
				write(t, path, c.content)
				root, err := os.OpenRoot(dir)
				if err != nil {
					t.Fatal(err)
				}
				defer root.Close()
				info, err := root.Lstat(c.name)
				if err != nil {
					t.Fatal(err)
				}
				s := New(quiet)
				f := s.Update(c.name, files.IdentityOf(info), true)
				time.Sleep(c.quietFor)
				if c.after != nil {
					c.after(t, path)
				}
				want := time.Time{}
				if c.wait > 0 {
					want = time.Now().Add(c.wait)
				}
				if until, err := s.Incomplete(root, f); err != nil || !until.Equal(want) {
					t.Errorf("wait until %v, want %v: %v", until, want, err)
				}
			})
		})
	}
}

// TestShortQuietTimeOfAFileWithAWriter: it is looked at again after the quiet time where that is short.
func TestShortQuietTimeOfAFileWithAWriter(t *testing.T) {
	const quiet = writerPoll / 5
	dir := t.TempDir()
	writer, err := os.Create(filepath.Join(dir, "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if !files.OpenForWriting(writer) {
		t.Skip("this file system does not say who has a file open")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	info, err := root.Lstat("a.csv")
	if err != nil {
		t.Fatal(err)
	}
	s := New(quiet)
	f := s.Update("a.csv", files.IdentityOf(info), true)
	if until, err := s.Incomplete(root, f); err != nil || until.After(time.Now().Add(quiet)) || until.IsZero() {
		t.Errorf("wait until %v: %v", until, err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
