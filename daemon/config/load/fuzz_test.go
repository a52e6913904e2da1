package load_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

// FuzzLoad wants one of two ends for any file: a Config, or Mistakes that each say something. Never a panic.
func FuzzLoad(f *testing.F) {
	seeds, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range append(seeds, "../../../config.example.yaml") {
		content, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	path := filepath.Join(f.TempDir(), "inlet.yaml")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := load.Load(path, load.Environment(nil))
		if err == nil {
			_ = cfg.String()
			return
		}
		mistakes, ok := errors.AsType[config.Mistakes](err)
		if !ok || len(mistakes) == 0 {
			t.Fatalf("no mistakes but %T: %v", err, err)
		}
		for _, m := range mistakes {
			if m.File == "" || m.Text.Empty() {
				t.Errorf("%#v says nothing", m)
			}
		}
	})
}
