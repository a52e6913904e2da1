package assembly

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"inlet.example/inlet/daemon/config"
)

// TestTokenKeyOfManyAtOnce: many that need the key at once get the same one, whole, which only its owner can read; nothing is left beside it.
func TestTokenKeyOfManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	keys := make([][]byte, 20)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			var err error
			if keys[i], err = tokenKey(config.Store{TokenKeyFile: path})(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, key := range keys {
		if len(key) != keyBytes || !bytes.Equal(key, keys[0]) {
			t.Fatalf("keys %x and %x", keys[0], key)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Fatalf("%v, %v", left, err)
	}
	if info, err := left[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
