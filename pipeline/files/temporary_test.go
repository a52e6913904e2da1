package files

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSweepTemp removes the temporary files that a crash has left, and nothing that is in use or belongs to another program.
func TestSweepTemp(t *testing.T) {
	temp := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	for name, written := range map[string]time.Time{"inlet-rejected-1": old, "inlet-plan-2": old, "inlet-empty-3": old,
		"inlet-rejected-4": time.Now(), "inlet-plan-5": old, "others-6": old} {
		dir := filepath.Join(temp, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		inside := written
		if name == "inlet-plan-5" {
			inside = time.Now() // a long plan writes to its file, and the folder stays as it was
		}
		for path, at := range map[string]time.Time{file: inside, dir: written} {
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	removed, err := SweepTemporary(temp)
	if removed != 3 || err != nil {
		t.Errorf("%d folders were removed: %v", removed, err)
	}
	for _, name := range []string{"inlet-rejected-4", "inlet-plan-5", "others-6"} {
		if _, err := os.Stat(filepath.Join(temp, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
