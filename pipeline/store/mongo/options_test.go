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
	for code, want := range map[int32]fault{6: temporary, 7: temporary, 50: temporary, 64: temporary, 89: temporary, 91: temporary, 112: temporary, 189: temporary, 9001: temporary,
		10107: temporary, 11600: temporary, 11602: temporary, 13435: temporary, 14031: temporary, 13: denied, 18: denied, 121: refusedRecord, 11000: refusedRecord, 28: conflict, 2: unknown, 999: unknown} {
		if got := faultOf(fmt.Errorf("find: %w", driver.CommandError{Code: code})); got != want {
			t.Errorf("%d is the fault of %d, not %d", code, got, want)
		}
	}
	for _, label := range []string{"RetryableWriteError", "RetryableReadError", "TransientTransactionError", "NetworkError"} {
		if got := faultOf(driver.CommandError{Code: 999, Labels: []string{label}}); got != temporary {
			t.Errorf("%s is the fault of %d", label, got)
		}
	}
	for _, err := range []error{context.Canceled, fmt.Errorf("find: %w", driver.CommandError{Labels: []string{"NetworkError"}, Wrapped: context.Canceled})} {
		if got := faultOf(err); got != unknown {
			t.Errorf("what the caller cancelled is the fault of %d", got)
		}
	}
	if faultOf(context.DeadlineExceeded) != temporary {
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
