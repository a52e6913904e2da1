package sqlite_test

import (
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/sqlite"
	"inlet.example/inlet/pipeline/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine { return opened(t, filepath.Join(t.TempDir(), "inlet.db")) })
}

func BenchmarkEngine(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Engine { return opened(b, filepath.Join(b.TempDir(), "inlet.db")) })
}

func opened(t testing.TB, path string) *sqlite.Engine {
	t.Helper()
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return e
}
