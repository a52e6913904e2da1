// Package gc bounds the garbage that this program lets grow before it is collected.
package gc

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// By default Go lets garbage grow to the size of the live heap before it collects. For a workbook with 100 MB of shared strings that is 100 MB wasted,
// and for the few MB of any other workbook it collects too often. Between these bounds garbage is limited to a fixed amount instead, and to less where the
// live heap is large: most of that is texts, in which the collector has nothing to follow.
const (
	garbage      = 64 << 20  // bytes
	leastGarbage = 20 << 20  // bytes
	together     = 136 << 20 // bytes of live heap and garbage, as long as that leaves leastGarbage
	minPercent   = 15        // percent of the live heap: with less, collecting would take most of the time
	maxPercent   = 200       // so that an idle inlet stays small
)

// Limit keeps the garbage within its bounds, unless GOGC is set.
func Limit() {
	if os.Getenv("GOGC") == "" {
		afterEachCollection(func() { debug.SetGCPercent(gcPercent(liveHeap())) })
	}
}

// gcPercent returns the GOGC for so many live bytes.
func gcPercent(live uint64) int {
	most := uint64(leastGarbage)
	if live < together {
		most = min(max(together-live, leastGarbage), garbage)
	}
	return int(min(max(most*100/max(live, 1), minPercent), maxPercent))
}

// liveHeap returns how many bytes the last collection found live.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterEachCollection calls do after each garbage collection.
func afterEachCollection(do func()) {
	left := new([64]byte)
	runtime.SetFinalizer(left, func(*[64]byte) {
		do()
		afterEachCollection(do)
	})
}
