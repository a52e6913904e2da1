package status

import (
	"strings"
	"testing"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/watcher"
)

// TestWaits: what a claimed workbook waits for is shown whichever daemon has claimed it; what this daemon knows itself goes first.
func TestWaits(t *testing.T) {
	s := New([]config.Inbox{{Name: "kunder"}})
	s.Scanned("kunder", watcher.Scan{Claimed: []watcher.Claim{{ID: "a", Name: "a.xlsx"}}})
	shows := func(says string, reason claims.Reason) {
		t.Helper()
		if got := s.All()[0].Claimed[0].Why; !strings.HasPrefix(got, says) {
			t.Errorf("it shows %q, not %q", got, says)
		}
		if got := s.Inboxes()[0].Why; got != reason {
			t.Errorf("it waits for %q, not %q", got, reason)
		}
	}
	shows("waiting for earlier workbooks", "")
	s.SetElsewhere(map[string]claims.Reason{"a": claims.ForMemory, "b": claims.ForIndex})
	shows("waiting until another large workbook", claims.ForMemory)
	s.SetElsewhere(map[string]claims.Reason{"a": claims.ForIndex})
	shows("waiting until the stored records are indexed by its match rules", claims.ForIndex)
	s.SetWaitsForMemory("a", true)
	shows("waiting until another large workbook", claims.ForMemory)
	s.SetWaitsForMemory("a", false)
	s.SetElsewhere(nil)
	shows("waiting for earlier workbooks", "")
}
