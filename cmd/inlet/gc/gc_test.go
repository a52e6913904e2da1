package gc

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestGarbageIsBounded holds much memory, and sees that less garbage is let grow than as much again.
func TestGarbageIsBounded(t *testing.T) {
	for live, want := range map[uint64]int{0: 200, 8 << 20: 200, 64 << 20: 100, 80 << 20: 70, 112 << 20: 21, 128 << 20: 15, 4 << 30: 15} {
		if got := gcPercent(live); got != want {
			t.Errorf("%d MiB live: %d percent, not %d", live>>20, got, want)
		}
	}
	if testing.Short() {
		return
	}
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	Limit()
	held := make([]byte, 128<<20)
	for end := time.Now().Add(10 * time.Second); ; {
		runtime.GC()
		if now := debug.SetGCPercent(100); now == 15 {
			break
		} else if time.Now().After(end) {
			t.Fatalf("%d percent with %d MiB live", now, liveHeap()>>20)
		}
		runtime.Gosched()
	}
	runtime.KeepAlive(held)
}
