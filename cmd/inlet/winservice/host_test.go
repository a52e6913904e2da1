package winservice

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestAwaitEnd: the wait for a daemon reports progress each second, and ends with the daemon or with the limit.
func TestAwaitEnd(t *testing.T) {
	failed := errors.New("the store was closed")
	for _, test := range []struct {
		lasts    time.Duration
		ok       bool
		progress int
	}{{2500 * time.Millisecond, true, 2}, {time.Hour, false, 8}} {
		synctest.Test(t, func(t *testing.T) {
			ended, progress, began := make(chan error, 1), 0, time.Now()
			timer := time.AfterFunc(test.lasts, func() { ended <- failed })
			err, ok := awaitEnd(ended, time.Second, 8500*time.Millisecond, func() { progress++ })
			timer.Stop()
			if ok != test.ok || ok != errors.Is(err, failed) || progress != test.progress || time.Since(began) > 10*time.Second {
				t.Errorf("%v: ended %t with %v after %v, progress reported %d times", test.lasts, ok, err, time.Since(began), progress)
			}
		})
	}
}
