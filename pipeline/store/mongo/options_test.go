package mongo

import (
	"context"
	"fmt"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// TestTimeouts: an answer may take 30 s, unless the address says otherwise.
func TestTimeouts(t *testing.T) {
	for uri, want := range map[string]time.Duration{"mongodb://host/crm": 30 * time.Second, "mongodb://host/crm?timeoutMS=2000": 2 * time.Second} {
		o, err := clientOptions(uri)
		if err != nil || o.Timeout == nil || *o.Timeout != want {
			t.Errorf("%s: %v, %v", uri, o.Timeout, err)
		}
		if o.ServerSelectionTimeout == nil || *o.ServerSelectionTimeout != 5*time.Second {
			t.Errorf("%s: a server is looked for %v", uri, o.ServerSelectionTimeout)
		}
	}
}

// TestFaultOf: whose fault the errors of the driver are, by code and by label.
func TestFaultOf(t *testing.T) {
	for code, want := range map[int32]fault{6: ofWorld, 7: ofWorld, 50: ofWorld, 64: ofWorld, 89: ofWorld, 91: ofWorld, 112: ofWorld, 189: ofWorld, 9001: ofWorld,
		10107: ofWorld, 11600: ofWorld, 11602: ofWorld, 13435: ofWorld, 14031: ofWorld, 13: ofPerson, 18: ofPerson, 121: ofRecord, 11000: ofRecord, 28: conflict, 2: unknown, 999: unknown} {
		if got := faultOf(fmt.Errorf("find: %w", driver.CommandError{Code: code})); got != want {
			t.Errorf("%d is the fault of %d, not %d", code, got, want)
		}
	}
	for _, label := range []string{"RetryableWriteError", "RetryableReadError", "TransientTransactionError", "NetworkError"} {
		if got := faultOf(driver.CommandError{Code: 999, Labels: []string{label}}); got != ofWorld {
			t.Errorf("%s is the fault of %d", label, got)
		}
	}
	for _, err := range []error{context.Canceled, fmt.Errorf("find: %w", driver.CommandError{Labels: []string{"NetworkError"}, Wrapped: context.Canceled})} {
		if got := faultOf(err); got != unknown {
			t.Errorf("what the caller cancelled is the fault of %d", got)
		}
	}
	if faultOf(context.DeadlineExceeded) != ofWorld {
		t.Error("a time-out is not the world's")
	}
}

// TestStatesAreNumbers: what DocumentDB was seen to answer.
func TestStatesAreNumbers(t *testing.T) {
	for state, want := range map[string]int{"M002B": 302514205, "M003A": 285999133, "M002D": 336068637} {
		if got := sqlState(state); got != want {
			t.Errorf("%s is %d, not %d", state, got, want)
		}
	}
}
