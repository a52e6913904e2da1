package report_test

import (
	"testing"

	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// TestActs: every act of the audit has words in both languages.
func TestActs(t *testing.T) {
	for _, act := range audit.Acts {
		en, sv := report.Act(act, "en"), report.Act(act, "sv")
		if en == "" || sv == "" || sv == en {
			t.Errorf("%s: %q, %q", act, en, sv)
		}
	}
}
