package terminal

import (
	"slices"
	"strings"
	"testing"
)

// TestFoldKeepsCommandsWhole: a command that a text names stands on one line, unless the screen is too narrow for it.
func TestFoldKeepsCommandsWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line  string
		width int
		want  []string
	}{
		"at the end":     {"To create a field of your own: inlet field add", 40, []string{"To create a field of your own:", "  inlet field add"}},
		"in the middle":  {"Some words, then inlet mapping suggest writes it", 30, []string{"Some words, then", "  inlet mapping suggest writes", "  it"}},
		"in quotes":      {"was not found; `inlet list` lists the imports", 22, []string{"was not found;", "  `inlet list` lists", "  the imports"}},
		"with a file":    {"rename it, then write: inlet import kunder.xlsx", 30, []string{"rename it, then write:", "  inlet import kunder.xlsx"}},
		"short enough":   {"inlet field add", 40, []string{"inlet field add"}},
		"a narrow table": {"see inlet mapping suggest now", 20, []string{"see inlet mapping", "  suggest now"}},
		"a name":         {"the folder srv/inlet in use is that of the daemon", 24, []string{"the folder srv/inlet in", "  use is that of the", "  daemon"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := FoldLine(c.line, c.width, 2); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
