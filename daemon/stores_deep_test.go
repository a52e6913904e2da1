//go:build unix

package daemon_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// TestFilesPerSecondOfStores measures how many small files are imported per second into 1, 2 and 4 stores of one daemon. What bounds it is seen in the
// share of the time that this process computes. Without INLET_TEST_DEEP it is only seen that all files are imported.
func TestFilesPerSecondOfStores(t *testing.T) {
	each := 5
	if deep() {
		each = 300
	}
	for _, engine := range []string{"sqlite", "mongo", "mongo, 5 ms away"} {
		for _, n := range []int{1, 2, 4} {
			t.Run(fmt.Sprint(engine, "/", n), func(t *testing.T) {
				each := each
				if strings.Contains(engine, "away") {
					each /= 5 // it takes long
				}
				if !deep() && (n == 2 || strings.Contains(engine, "away")) {
					t.Skip("only with INLET_TEST_DEEP")
				}
				uris := map[string]string{}
				for i := range n {
					name := fmt.Sprint("store", i)
					if uris[name] = "sqlite:" + name + ".db"; engine != "sqlite" {
						_, uris[name] = newDatabase(t)
					}
					if strings.Contains(engine, "away") {
						proxy := mongotest.New(t, uris[name])
						proxy.Delay(5 * time.Millisecond)
						uris[name] = proxy.URI(t, uris[name])
					}
				}
				cfg := stores(t, uris, "")
				for i := range cfg.Inboxes {
					cfg.Inboxes[i].Scan = 10 * time.Second
				}
				r := quietly(t, cfg)
				for file := range each {
					for i, inbox := range cfg.Inboxes {
						dropIn(t, cfg, inbox.Name, fmt.Sprintf("kunder-%05d.csv", file), rows(file*n+i, 10))
					}
				}
				part := each / 5 // the first ones make the indexes
				for _, inbox := range cfg.Inboxes {
					r.awaitProgress(float64(part), "inlet_imports_total", "inbox="+inbox.Name, "outcome=done")
				}
				count := func() (done float64) {
					for _, inbox := range cfg.Inboxes {
						is, _ := r.value("inlet_imports_total", "inbox="+inbox.Name, "outcome=done")
						done += is
					}
					return done
				}
				before, began, computed := count(), time.Now(), cpuTime(t)
				for _, inbox := range cfg.Inboxes {
					r.awaitProgress(float64(each), "inlet_imports_total", "inbox="+inbox.Name, "outcome=done")
				}
				took := time.Since(began)
				t.Logf("%d stores in %s: %.1f files/s, %.0f %% of %d processors used by this process, %d MB at most", n, engine, (count()-before)/took.Seconds(),
					100*(cpuTime(t)-computed).Seconds()/took.Seconds()/float64(runtime.NumCPU()), runtime.NumCPU(), status(t, "VmHWM")>>10)
			})
		}
	}
}
