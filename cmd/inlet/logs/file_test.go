package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFileRotates: a log file and the one before it hold the newest lines, each whole, and no more than twice the size.
func TestFileRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.log")
	for run := range 2 { // the second continues the file of the first
		f, err := OpenFile(path, 100)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			fmt.Fprintf(f, "line %d of %d\n", i, run)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var both string
	for _, name := range []string{path + ".1", path} {
		text, err := os.ReadFile(name)
		if err != nil || len(text) > 100 {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
		both += string(text)
	}
	lines := strings.Split(strings.TrimSuffix(both, "\n"), "\n")
	for i, line := range lines {
		if want := fmt.Sprintf("line %d of 1", 20-len(lines)+i); line != want {
			t.Errorf("line %q, want %q", line, want)
		}
	}
	if len(lines) < 8 {
		t.Errorf("only %d lines are left", len(lines))
	}
}

// TestFileHeld: where the full file cannot be renamed, it grows, and no line is lost.
func TestFileHeld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "inlet.log")
	if err := os.MkdirAll(filepath.Join(path+".1", "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(path, 30)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, err := fmt.Fprintf(f, "line %d of a log\n", i); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), "\n") != 5 {
		t.Errorf("%q, %v", text, err)
	}
}
