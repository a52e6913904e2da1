package inbox

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestNewInboxMode: the umask decides whether the group may put files into an inbox that is made, and it belongs to the group that the folder around it hands down.
func TestNewInboxMode(t *testing.T) {
	for mask, want := range map[int]os.FileMode{0o007: 0o770, 0o022: 0o750, 0o077: 0o700} {
		around := t.TempDir()
		if err := os.Chmod(around, 0o770|os.ModeSetgid); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(around, "inbox")
		was := syscall.Umask(mask)
		err := Inbox{Path: path}.makeFolder()
		syscall.Umask(was)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want || info.Mode()&os.ModeSetgid == 0 {
			t.Errorf("umask %03o: %v, want %v with the group handed down: %v", mask, info.Mode(), want, err)
		}
	}
}
