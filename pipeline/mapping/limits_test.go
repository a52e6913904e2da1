package mapping

import (
	"strings"
	"testing"
)

// TestNoClearOfBlanks: a mapping in which blank cells clear values is refused, wherever it says so.
func TestNoClearOfBlanks(t *testing.T) {
	for sidecar, want := range map[string]string{
		"on_blank: clear": "on_blank: this inbox allows only keep and default",
		"columns: {A: account.name, B: {field: account.city, on_blank: clear}}":                             "columns: this inbox does not allow on_blank: clear",
		"sheets: [{sheet: S, on_blank: clear}]":                                                             "on_blank: this inbox allows only keep",
		"sheets: [{sheet: S, columns: {A: account.name, B: {field: account.city, on_blank: clear}}}]":       "columns: this inbox does not allow on_blank: clear",
		"on_blank: default\ncolumns: {A: account.name, B: {field: account.city, on_blank: keep}}":           "",
		"on_blank: clear\ncolumns: {A: account.name, B: {field: account.city, on_blank: keep}}":             "on_blank: this inbox allows only keep",
		"on_blank: keep\ncolumns: {A: account.name, B: {field: account.city, on_blank: clear, default: x}}": "columns: this inbox does not allow on_blank: clear",
	} {
		got := mistakesIn(t, sidecar, Fallback{Limits: Limits{NoClear: true}})
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s\nis refused for %q, not %q", sidecar, got, want)
		}
		if got := mistakes(t, sidecar); strings.Contains(got, "this inbox") {
			t.Errorf("%s\nis refused in an inbox that allows it: %s", sidecar, got)
		}
	}
}
