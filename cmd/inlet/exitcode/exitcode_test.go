package exitcode

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
)

// TestExitCodes: 5 is for what passes by itself, 1 for what a person must correct.
func TestExitCodes(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	cause := errors.New("no")
	for name, tt := range map[string]struct {
		ctx  context.Context
		err  error
		want Code
	}{
		"the store is not reached":    {t.Context(), fmt.Errorf("import: %w", &ledger.Temporary{Err: cause}), Later},
		"the password is wrong":       {t.Context(), fmt.Errorf("import: %w", &ledger.Denied{Err: cause}), Failed},
		"a file may not be read":      {t.Context(), fmt.Errorf("open: %w", syscall.EACCES), Failed},
		"the cause is unknown":        {t.Context(), cause, Failed},
		"stopped while it waited":     {stopped, &ledger.Temporary{Err: cause}, Interrupted},
		"a command that has its code": {t.Context(), Held.With(cause), Held},
	} {
		if got, ok := errors.AsType[Error](Wrap(tt.ctx, tt.err)); !ok || got.Code != tt.want {
			t.Errorf("%s: %d, not %d", name, got.Code, tt.want)
		}
	}
}
