package guard

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestGuardAbandonsCallsThatHang has calls that never end: the first four are left behind after their time, no fifth is made until one of them ends.
func TestGuardAbandonsCallsThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Guard{AbandonAfter: 5 * time.Second}
		end := make(chan struct{})
		hang := func(context.Context) (int, error) { <-end; return 1, nil }
		for range maxHanging {
			began := time.Now()
			_, err := Run(t.Context(), g, time.Minute, hang)
			if !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), "no answer within 1m0s") {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took != time.Minute+5*time.Second {
				t.Errorf("it was left behind after %s", took)
			}
		}
		if _, err := Run(t.Context(), g, time.Minute, hang); err == nil || !strings.Contains(err.Error(), "4 earlier calls have not returned") {
			t.Errorf("got %v", err)
		}
		close(end)
		synctest.Wait()
		if n, err := Run(t.Context(), g, time.Minute, hang); n != 1 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func TestGuardEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		_, err := Run(ctx, &Guard{AbandonAfter: 5 * time.Second}, time.Minute, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		})
		if !errors.Is(err, context.Canceled) || time.Since(began) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
	})
}
