package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// No test can mount a share; this one calls the disk it has one.
func TestAFolderOnANetworkFileSystemIsRefused(t *testing.T) {
	folder := t.TempDir()
	var stat unix.Statfs_t
	if err := unix.Statfs(folder, &stat); err != nil {
		t.Fatal(err)
	}
	was, known := networks[uint32(stat.Type)]
	networks[uint32(stat.Type)] = "a network file system (test)"
	defer func() {
		delete(networks, uint32(stat.Type))
		if known {
			networks[uint32(stat.Type)] = was
		}
	}()
	_, err := Open(t.Context(), filepath.Join(folder, "inlet.db"))
	if err == nil || !strings.Contains(err.Error(), "is on a network file system (test)") || !strings.Contains(err.Error(), "local disk") {
		t.Fatalf("open: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*")); len(files) > 0 {
		t.Errorf("open left %v", files)
	}
}
