package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// A file that changes after its quiet time was up, before any event or scan has said so, is not claimed until it has been quiet again.
func TestChangedWhileReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := scanned(t, "a.csv", "a.mapping.yaml") // without a sidecar it would wait for one
		time.Sleep(w.inbox.Settle)
		if err := os.WriteFile(filepath.Join(w.inbox.Path, "a.csv"), []byte("it grows"), 0o600); err != nil {
			t.Fatal(err)
		}
		if w.claimNext(); len(w.claimed) > 0 {
			t.Fatal("claimed as it changed")
		}
		time.Sleep(w.inbox.Settle - 1)
		if w.claimNext(); len(w.claimed) > 0 {
			t.Fatal("claimed before it was quiet again")
		}
		time.Sleep(time.Nanosecond)
		if w.claimNext(); len(w.claimed) != 1 {
			t.Error("not claimed when it was quiet again")
		}
	})
}
