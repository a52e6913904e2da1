package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestLinkKeepsBothNames: where the old name cannot be removed the new one is left alone. It may be another program's file by then.
func TestLinkKeepsBothNames(t *testing.T) {
	const nobody = 65534
	if os.Geteuid() != 0 {
		t.Skip("it takes root to be another user")
	}
	dir, err := os.MkdirTemp("", "link") // its parents can be read by anybody
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	from := filepath.Join(dir, "from")
	old, target := filepath.Join(from, "a"), filepath.Join(dir, "a")
	err = errors.Join(os.Chmod(dir, 0o777), os.Mkdir(from, 0o755), os.WriteFile(old, []byte("a"), 0o600), os.Chown(old, nobody, nobody))
	if err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread() // not unlocked: the thread ends with the goroutine
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	err = linkNew(old, target)
	if back := syscall.Setfsuid(0); back != nil {
		t.Fatal(back)
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the old name was removed: %v", err)
	}
	for _, name := range []string{old, target} {
		if got, err := os.ReadFile(name); err != nil || string(got) != "a" {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
}
