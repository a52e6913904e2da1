package grid

import (
	"strings"
	"testing"
)

// TestPanicInTheGoroutineIsRaisedAgain has a panic beside come up where the rows are asked for, and not end the process.
func TestPanicInTheGoroutineIsRaisedAgain(t *testing.T) {
	batches, stop := (&Reader{}).scanAhead(t.Context(), 10) // without anything to scan
	defer stop()
	defer func() {
		if fault, _ := recover().(string); !strings.Contains(fault, "batches.go") {
			t.Errorf("came up as %q, without where it was", fault)
		}
	}()
	for range batches {
		t.Error("there are rows")
	}
}
