package sqlite_test

import (
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
	"inlet.example/inlet/pipeline/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) engine.Engine { return opened(t, filepath.Join(t.TempDir(), "inlet.db")) })
}

func BenchmarkEngine(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) engine.Engine { return opened(b, filepath.Join(b.TempDir(), "inlet.db")) })
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
