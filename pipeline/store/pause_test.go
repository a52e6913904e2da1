package store_test

import (
	"testing"

	"inlet.example/inlet/pipeline/store"
)

// TestPause: the first word holds until it is taken back, in every process.
func TestPause(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() store.Engine) {
		e := fresh()
		s, other := open(t, e), open(t, e)
		if _, is, err := s.Paused(t.Context()); is || err != nil {
			t.Fatalf("paused from the start: %v, %v", is, err)
		}
		for _, why := range []string{"first", "second"} {
			if p, err := s.Pause(t.Context(), why); err != nil || p.Why != "first" || p.Since.IsZero() {
				t.Errorf("%s: %+v, %v", why, p, err)
			}
		}
		if p, is, err := other.Paused(t.Context()); !is || p.Why != "first" || err != nil {
			t.Errorf("the other sees %+v, %v, %v", p, is, err)
		}
		for range 2 {
			if err := other.Unpause(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if p, is, err := s.Paused(t.Context()); is || err != nil {
			t.Errorf("still paused: %+v, %v", p, err)
		}
	})
}
