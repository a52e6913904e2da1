package main

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
		want int
	}{
		"the store is not reached":    {t.Context(), fmt.Errorf("import: %w", &ledger.Temporary{Err: cause}), exitLater},
		"the password is wrong":       {t.Context(), fmt.Errorf("import: %w", &ledger.Denied{Err: cause}), exitFailed},
		"a file may not be read":      {t.Context(), fmt.Errorf("open: %w", syscall.EACCES), exitFailed},
		"the cause is unknown":        {t.Context(), cause, exitFailed},
		"stopped while it waited":     {stopped, &ledger.Temporary{Err: cause}, exitInterrupted},
		"a command that has its code": {t.Context(), exitError{exitHeld, cause}, exitHeld},
	} {
		if got, ok := errors.AsType[exitError](withExitCode(tt.ctx, tt.err)); !ok || got.code != tt.want {
			t.Errorf("%s: %d, not %d", name, got.code, tt.want)
		}
	}
}
