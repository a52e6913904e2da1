package claims

import (
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

const day = 24 * time.Hour

// owners returns how many documents of owners there are.
func owners(t *testing.T, docs engine.Documents) int {
	t.Helper()
	all, err := docs.Range(t.Context(), engine.Claims, engine.Range{Prefix: ownerPrefix, Limit: maxOwners})
	must(t, err)
	return len(all)
}

func prunes(t *testing.T, c *Claims, want int) {
	t.Helper()
	got, err := c.Prune(t.Context(), time.Now(), 30*day)
	if must(t, err); got != want {
		t.Errorf("%d claims were removed, not %d", got, want)
	}
}

// TestPrune: what an owner that has ended leaves is kept so long after that was found, and then removed. What is alive stays, whatever its age.
func TestPrune(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		lives, ends := process(docs, 1), process(docs, 2)
		takes(t, lives, "a", Fresh)
		takes(t, ends, "b", Fresh)
		must(t, ends.Leave(t.Context()))
		time.Sleep(365 * day)
		must(t, lives.Beat(t.Context()))
		prunes(t, lives, 0) // since when it has ended was not known
		time.Sleep(30*day - time.Second)
		must(t, lives.Beat(t.Context()))
		prunes(t, lives, 0)
		time.Sleep(time.Second)
		must(t, lives.Beat(t.Context()))
		prunes(t, lives, 1)
		if got := queued(t, lives); got != "1:a " {
			t.Errorf("the queue is %s", got)
		}
		for range 2 { // the owner is not named any more: that it has ended is noted, and then it is removed
			time.Sleep(30 * day)
			must(t, lives.Beat(t.Context()))
			prunes(t, lives, 0)
		}
		if got := owners(t, docs); got != 1 {
			t.Errorf("%d owners are left", got)
		}
		takes(t, process(docs, 3), "b", Fresh)
		if got := queued(t, lives); got != "1:a 3:b " {
			t.Errorf("the queue is %s", got)
		}
	})
}

// TestPruneLeavesAdoptedClaims: the time without an owner ends when a claim is adopted.
func TestPruneLeavesAdoptedClaims(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		first, heir, looks := process(docs, 1), process(docs, 2), process(docs, 3)
		takes(t, first, "a", Fresh)
		must(t, first.Leave(t.Context()))
		prunes(t, looks, 0)
		time.Sleep(29 * day)
		takes(t, heir, "a", Adopted)
		must(t, heir.Leave(t.Context()))
		time.Sleep(29 * day)
		prunes(t, looks, 0)
		time.Sleep(29 * day)
		prunes(t, looks, 0)
		time.Sleep(day)
		prunes(t, looks, 1)
	})
}

// TestPruneBesideAStart: the document of an owner that is being taken over is not removed, and one that is being removed is not taken over; in whichever
// order the two come, the process that starts owns what it takes.
func TestPruneBesideAStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for calls := 0; ; calls++ {
			docs := &enginetest.Documents{}
			ended := process(docs, 1)
			must(t, ended.Beat(t.Context()), ended.Leave(t.Context()))
			looks := process(docs, 2)
			prunes(t, looks, 0)
			time.Sleep(31 * day)
			starts, n, began := process(docs, 3), 0, false
			docs.Before = func(string) error {
				if n++; n == calls+1 && !began {
					began = true
					takes(t, starts, "a", Fresh)
				}
				return nil
			}
			prunes(t, looks, 0)
			docs.Before = nil
			if !began {
				break
			}
			must(t, starts.Beat(t.Context()))
			takes(t, starts, "a", Own)
			if got := owners(t, docs); got != 1 {
				t.Errorf("%d owners after a start at call %d", got, calls)
			}
		}
	})
}

// TestRemovedOwnerStartsAnew: a process that was suspended while its document was removed owns nothing, and gets another document than one that
// began meanwhile.
func TestRemovedOwnerStartsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		sleeps, looks := process(docs, 1), process(docs, 2)
		takes(t, sleeps, "a", Fresh)
		must(t, sleeps.Release(t.Context(), "kunder", "a"))
		_ = orphans(t, looks)
		for range 3 {
			time.Sleep(31 * day)
			prunes(t, looks, 0)
		}
		if got := owners(t, docs); got != 0 {
			t.Fatalf("%d owners are left", got)
		}
		takes(t, process(docs, 3), "b", Fresh)
		if err := sleeps.Beat(t.Context()); err == nil {
			t.Error("it owns what was removed")
		}
		takes(t, sleeps, "b", Foreign)
	})
}

// TestWaits: what a claim waits for is its owner's to say, and forgotten when it is adopted.
func TestWaits(t *testing.T) {
	docs := &enginetest.Documents{}
	a, b := process(docs, 1), process(docs, 2)
	takes(t, a, "x", Fresh)
	waits := func(want Reason) {
		t.Helper()
		all, err := b.All(t.Context())
		if must(t, err); len(all["kunder"]) != 1 || all["kunder"][0].Waits != want {
			t.Errorf("%+v, not %q", all, want)
		}
	}
	must(t, a.SetWaits(t.Context(), "kunder", "x", ForMemory), b.SetWaits(t.Context(), "kunder", "x", ForIndex), a.SetWaits(t.Context(), "kunder", "gone", ForIndex))
	waits(ForMemory)
	must(t, a.SetWaits(t.Context(), "kunder", "x", ""))
	waits("")
	must(t, a.SetWaits(t.Context(), "kunder", "x", ForIndex), a.Leave(t.Context()))
	takes(t, b, "x", Adopted)
	waits("")
}
