package answer

import (
	"context"
	"fmt"
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// TestFaultOf: whose fault the errors of the driver are, by code and by label.
func TestFaultOf(t *testing.T) {
	for code, want := range map[int32]Fault{6: Temporary, 7: Temporary, 50: Temporary, 64: Temporary, 89: Temporary, 91: Temporary, 112: Temporary, 189: Temporary, 9001: Temporary,
		10107: Temporary, 11600: Temporary, 11602: Temporary, 13435: Temporary, 14031: Temporary, 13: Denied, 18: Denied, 121: RefusedRecord, 11000: RefusedRecord, 28: Conflict, 2: Unknown, 999: Unknown} {
		if got := FaultOf(fmt.Errorf("find: %w", driver.CommandError{Code: code})); got != want {
			t.Errorf("%d is the fault of %d, not %d", code, got, want)
		}
	}
	for _, label := range []string{"RetryableWriteError", "RetryableReadError", "TransientTransactionError", "NetworkError"} {
		if got := FaultOf(driver.CommandError{Code: 999, Labels: []string{label}}); got != Temporary {
			t.Errorf("%s is the fault of %d", label, got)
		}
	}
	for _, err := range []error{context.Canceled, fmt.Errorf("find: %w", driver.CommandError{Labels: []string{"NetworkError"}, Wrapped: context.Canceled})} {
		if got := FaultOf(err); got != Unknown {
			t.Errorf("what the caller cancelled is the fault of %d", got)
		}
	}
	if FaultOf(context.DeadlineExceeded) != Temporary {
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
