package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Go lets garbage grow to as much as is alive before it collects it. For a workbook whose shared texts are 100 MB that is 100 MB for nothing,
// and for the few MB of any other it collects again and again. Between these bounds garbage is held to a fixed amount instead.
const (
	garbage    = 64 << 20 // bytes
	minPercent = 25       // percent of what is alive: with less it would do nothing but collect
	maxPercent = 200      // so that an idle inlet stays small
)

// limitGarbage holds garbage to its bounds, unless GOGC says how much there may be.
func limitGarbage() {
	if os.Getenv("GOGC") == "" {
		afterEachCollection(func() { debug.SetGCPercent(gcPercent(liveHeap())) })
	}
}

// gcPercent returns the GOGC for so many bytes that are alive.
func gcPercent(live uint64) int {
	return int(min(max(garbage*100/max(live, 1), minPercent), maxPercent))
}

// alive is how many bytes the last collection found in use.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterEachCollection calls do when a collection has found what nothing points to, and leaves the same for the next one.
func afterEachCollection(do func()) {
	left := new([64]byte)
	runtime.SetFinalizer(left, func(*[64]byte) {
		do()
		afterEachCollection(do)
	})
}
