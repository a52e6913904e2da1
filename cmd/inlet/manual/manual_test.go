package manual

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestPages: each command has a page, hidden ones have none, and two runs give the same bytes.
func TestPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	pages := func() map[string]string {
		root := &cobra.Command{Use: "inlet", Version: "v1"}
		root.AddCommand(Command(), &cobra.Command{Use: "run", Short: "Watch", Long: "Watch the inboxes.", Run: func(*cobra.Command, []string) {}})
		dir := filepath.Join(t.TempDir(), "man")
		root.SetArgs([]string{"manual", dir})
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		found, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			text, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			all[f.Name()] = string(text)
		}
		return all
	}
	first, second := pages(), pages()
	if !strings.Contains(first["inlet-run.1"], "Watch the inboxes.") || first["inlet-manual.1"] != "" {
		t.Errorf("pages: %v", first)
	}
	for name, text := range first {
		if second[name] != text {
			t.Errorf("%s differs:\n%s\n%s", name, text, second[name])
		}
	}
}
