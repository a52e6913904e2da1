package daemon_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// sample is what a process must not need more and more of.
type sample struct{ rss, goroutines, descriptors float64 }

func (s sample) plus(o sample) sample {
	return sample{s.rss + o.rss, s.goroutines + o.goroutines, s.descriptors + o.descriptors}
}

// TestSoak has a daemon import for half an hour (INLET_TEST_SOAK says otherwise): new records and changed ones, files that are refused,
// duplicates, mappings, sub-folders that come and go. What it needs in the last third is what it needed in the middle.
func TestSoak(t *testing.T) {
	if !deep() {
		t.Skip("INLET_TEST_DEEP is not set: this takes half an hour")
	}
	if runtime.GOOS != "linux" {
		t.Skip("this test reads /proc")
	}
	length := 30 * time.Minute
	if text := os.Getenv("INLET_TEST_SOAK"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	r := quietly(t, configured(t, ""))
	var samples []sample
	began, ticks := time.Now(), time.NewTicker(time.Second)
	defer ticks.Stop()
	for n := 0; time.Since(began) < length; n++ {
		<-ticks.C
		soak(r, n)
		samples = append(samples, sampled(t))
	}
	done, _ := r.value("inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop()
	third := len(samples) / 3
	first, middle, last := mean(samples[:third]), mean(samples[third:2*third]), mean(samples[2*third:])
	t.Logf("%d s: RSS %.0f, %.0f, %.0f MiB; goroutines %.0f, %.0f, %.0f; descriptors %.0f, %.0f, %.0f", len(samples), first.rss, middle.rss, last.rss,
		first.goroutines, middle.goroutines, last.goroutines, first.descriptors, middle.descriptors, last.descriptors)
	const most = 1.2
	if last.rss > most*middle.rss || last.goroutines > most*middle.goroutines || last.descriptors > most*middle.descriptors {
		t.Error("it needs more the longer it runs")
	}
	if done < float64(third) {
		t.Errorf("%v imports were done in %v", done, length)
	}
}

// soak drops what one second brings.
func soak(r *running, n int) {
	r.drop("new.csv", rows(n, 50))
	switch n % 5 {
	case 0:
		r.drop("wrong.csv", fmt.Sprintf("Inga rubriker %d\n1\n", n))
	case 1:
		r.drop("same.csv", rows(0, 50)) // the first time new, then a duplicate
	case 2:
		r.drop("changed.csv", fmt.Sprintf("Företag,Postnr,Ort\nÅkeri 0-1,11122,Ort %d\n", n))
	case 3:
		folder := filepath.Join(r.inbox, "sub", fmt.Sprint(n))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			r.t.Fatal(err)
		}
		r.drop(fmt.Sprintf("sub/%d/inner.csv", n), rows(-n, 5))
		_ = os.Remove(filepath.Join(r.inbox, "sub", fmt.Sprint(n-10))) // empty by now
	case 4:
		r.drop("~$lock.xlsx", "")
		_ = os.Remove(filepath.Join(r.inbox, "~$lock.xlsx"))
	}
}

func sampled(t *testing.T) sample {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return sample{rss: float64(status(t, "VmRSS")) / 1024, goroutines: float64(runtime.NumGoroutine()), descriptors: float64(len(open))}
}

func mean(samples []sample) sample {
	var sum sample
	for _, s := range samples {
		sum = sum.plus(s)
	}
	n := float64(len(samples))
	return sample{sum.rss / n, sum.goroutines / n, sum.descriptors / n}
}
