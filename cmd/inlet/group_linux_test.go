package main

import (
	"os"
	"strings"
	"testing"
)

// TestCheckGroup: inlet check says that the group of a shared inbox may not put files into it, and nothing where it may or where nothing is shared.
func TestCheckGroup(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "inlet.yaml", "inboxes: [{name: kunder, path: inbox}]\n")
	if err := os.Mkdir("inbox", 0o700); err != nil {
		t.Fatal(err)
	}
	for mode, noted := range map[os.FileMode]bool{0o750 | os.ModeSetgid: true, 0o770 | os.ModeSetgid: false, 0o750: false} {
		if err := os.Chmod("inbox", mode); err != nil {
			t.Fatal(err)
		}
		code, out, errs := typed(t, "check", "--lang", "sv")
		if code != 0 || strings.Contains(out, "dess grupp får inte lägga filer i") != noted {
			t.Errorf("%v: %d %s%s", mode, code, out, errs)
		}
	}
}
