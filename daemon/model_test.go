//go:build linux

package daemon_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestModel lets random things befall a daemon with two inboxes: what people do with files, deaths, stops, changed configurations, dates
// that are wrong, a store that fails. When all has come to rest it must be as if the workbooks that were claimed had been imported one after the
// other, undisturbed. By default 24 sequences are played, 200 with INLET_TEST_MORE, 5,000 with INLET_TEST_DEEP. INLET_TEST_SEED=SEED plays the same ones again, SEED/N only the N-th; how the
// processes come between each other is the computer's chance and not the seed's.
func TestModel(t *testing.T) {
	seed, only := modelSeed(t)
	sequences := 24
	switch {
	case testing.Short():
		sequences = 20
	case deep():
		sequences = 5000
	case thorough():
		sequences = 200
	}
	const side = 12 // by side: they wait more than they work
	dir := modelDir(t)
	var next, failed atomic.Int64
	var players sync.WaitGroup
	met := &tallied{n: map[string]int{}}
	for range side {
		players.Go(func() {
			for n := next.Add(1) - 1; n < int64(sequences) && failed.Load() < 3; n = next.Add(1) - 1 {
				if only >= 0 && n != int64(only) {
					continue
				}
				if err := play(filepath.Join(dir, fmt.Sprint(n)), seed, uint64(n), met); err != nil {
					failed.Add(1)
					t.Errorf("INLET_TEST_SEED=%d/%d: %v", seed, n, err)
				}
			}
		})
	}
	players.Wait()
	t.Logf("%d sequences: %v", min(next.Load(), int64(sequences)), met.n)
	if only < 0 && failed.Load() == 0 {
		met.all(t, "killed", "fault", "done", "updated", "rejected", "sidecar")
		if sequences >= 200 {
			met.all(t, "died", "duplicate", "paused", "refused", "waited")
		}
		if sequences >= 5000 {
			met.all(t, "held", "sent again")
		}
	}
}

// modelSeed is the seed, and the one sequence to play; -1 for all.
func modelSeed(t *testing.T) (seed uint64, only int) {
	t.Helper()
	seed, only = uint64(time.Now().UnixNano()), -1
	if text, ok := os.LookupEnv("INLET_TEST_SEED"); ok {
		number, n, one := strings.Cut(text, "/")
		_, err := fmt.Sscan(number, &seed)
		if one {
			_, oneErr := fmt.Sscan(n, &only)
			err = errors.Join(err, oneErr)
		}
		if err != nil {
			t.Fatalf("INLET_TEST_SEED=%s: %v; write SEED or SEED/N", text, err)
		}
	}
	t.Logf("INLET_TEST_SEED=%d", seed)
	return seed, only
}

// modelDir is a folder in memory where there is one: a process that is killed leaves there what it would leave on a disk, and syncing costs
// nothing.
func modelDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "inlet-model-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// tallied counts what the sequences met, to see that they test what they should.
type tallied struct {
	mu sync.Mutex
	n  map[string]int
}

func (m *tallied) add(what string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n[what] += n
}

func (m *tallied) all(t *testing.T, whats ...string) {
	t.Helper()
	for _, what := range whats {
		if m.n[what] == 0 {
			t.Errorf("no sequence met %q: they test less than they should", what)
		}
	}
}

// play is one sequence from its beginning to rest.
func play(dir string, seed, n uint64, met *tallied) error {
	w, err := newWorld(dir, rand.New(rand.NewPCG(seed, n)), met)
	if err != nil {
		return err
	}
	defer w.end()
	err = w.live()
	if err == nil {
		err = w.rest()
	}
	if err == nil {
		err = w.check()
	}
	if err != nil {
		return fmt.Errorf("%w\nwhat happened:\n  %s\nthe log:\n%s", err, strings.Join(w.story, "\n  "), w.said())
	}
	return os.RemoveAll(dir)
}

// live is what happens before the rest.
func (w *world) live() error {
	if err := w.start(); err != nil {
		return err
	}
	for range 5 + w.random.IntN(11) {
		if err := w.step(); err != nil {
			return err
		}
		w.sleep(80)
		if err := w.notice(); err != nil {
			return err
		}
	}
	return nil
}

// step is one action. Those that need a daemon start one where there is none.
func (w *world) step() error {
	actions := []struct {
		weight int
		daemon bool
		do     func() error
	}{
		{30, false, w.drop}, {10, false, w.dropSidecar}, {6, false, w.remove}, {6, false, w.rename}, {4, false, w.redate},
		{6, true, w.kill}, {8, true, w.doom}, {4, true, w.stop}, {6, true, w.fault}, {4, true, w.reload}, {4, true, w.pause}, {3, false, w.lock}, {4, false, w.wait},
	}
	sum := 0
	for _, a := range actions {
		sum += a.weight
	}
	pick := w.random.IntN(sum)
	for _, a := range actions {
		if pick -= a.weight; pick >= 0 {
			continue
		}
		if a.daemon && w.life == nil {
			return w.start()
		}
		return a.do()
	}
	return nil
}

func (w *world) note(text string, args ...any) {
	w.story = append(w.story, fmt.Sprintf("%6.3f ", time.Since(w.began).Seconds())+fmt.Sprintf(text, args...))
}

func (w *world) sleep(most int64) {
	time.Sleep(time.Duration(w.random.Int64N(most*int64(time.Millisecond) + 1)))
}

// maxDeaths keeps a workbook from being taken for one that kills.
const maxDeaths = 4

// kill is kill -9 at any moment.
func (w *world) kill() error {
	if w.deaths >= maxDeaths {
		return nil
	}
	w.deaths++
	w.note("kill -9")
	w.met.add("killed", 1)
	w.life.kill()
	w.life = nil
	return nil
}

// doom has the daemon die when it comes by a point, should it do so.
func (w *world) doom() error {
	if w.deaths >= maxDeaths {
		return nil
	}
	w.deaths++
	all := modelPoints()
	point, times := all[w.random.IntN(len(all))], 1+w.random.IntN(3)
	w.note("to die at %q time %d", point, times)
	w.life.doomed = true
	return w.life.order("die %d %s", times, point)
}

// fault has one or a few calls to the store fail, made or not made.
func (w *world) fault() error {
	from, count, after := 1+w.random.IntN(60), 1+w.random.IntN(2), w.random.IntN(2) == 0
	w.note("%d calls to the store fail, from the %d-th on; made: %t", count, from, after)
	w.met.add("fault", 1)
	w.life.faulty = true
	return w.life.order("fail %d %d %t", from, count, after)
}

// stop asks for an orderly end.
func (w *world) stop() error {
	w.note("SIGTERM")
	return w.endLife()
}

// pause stops the daemon while people go on.
func (w *world) pause() error {
	w.note("it is stopped")
	w.met.add("paused", 1)
	if err := w.life.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for range 1 + w.random.IntN(3) {
		act := []func() error{w.drop, w.dropSidecar, w.remove, w.rename, w.redate}[w.random.IntN(5)]
		if err := act(); err != nil {
			return err
		}
		w.sleep(200)
	}
	w.note("it goes on")
	return w.life.signal(syscall.SIGCONT)
}

// reload changes how many rows are written at once, and asks the daemon to take it, or lets it find out.
func (w *world) reload() error {
	w.batch = 3 + w.random.IntN(7)
	w.note("batch is %d now", w.batch)
	if err := w.configure(); err != nil {
		return err
	}
	if w.random.IntN(2) == 0 {
		return w.life.signal(syscall.SIGHUP)
	}
	return nil
}
