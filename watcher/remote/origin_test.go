//go:build unix

package remote

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A pipe called like the note of a file's origin would be waited on for ever.
func TestOriginIsNotReadFromAPipe(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, originName("a.csv")), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := root.Lstat("a.csv")
	if err != nil {
		t.Fatal(err)
	}
	origin := make(chan string, 1)
	go func() { origin <- Origin(root, "a.csv", info) }()
	select {
	case from := <-origin:
		if from != "" {
			t.Errorf("it comes from %q", from)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for a pipe")
	}
}
