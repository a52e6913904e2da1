package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
)

// No test can mount a share; this one says that the disk is one.
func TestAFolderOnANetworkFileSystemIsRefused(t *testing.T) {
	folder := t.TempDir()
	actual := networkFileSystem
	networkFileSystem = func(string) (string, error) { return "a network file system (test)", nil }
	defer func() { networkFileSystem = actual }()
	_, err := Open(t.Context(), filepath.Join(folder, "inlet.db"))
	if err == nil || !strings.Contains(err.Error(), "is on a network file system (test)") || !strings.Contains(err.Error(), "local disk") {
		t.Fatalf("open: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*")); len(files) > 0 {
		t.Errorf("open left %v", files)
	}
}
