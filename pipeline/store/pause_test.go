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
		sees := func(s *store.Store, what string) string {
			t.Helper()
			all, err := s.Paused(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			p, is := all.Holds(what)
			if is == p.Since.IsZero() {
				t.Errorf("%q holds %v since %v", what, is, p.Since)
			}
			return p.Why
		}
		for _, what := range []string{store.Everything, store.OfInbox("a"), store.OfSource("a")} {
			if why := sees(s, what); why != "" {
				t.Fatalf("%q is paused from the start: %s", what, why)
			}
			for _, why := range []string{"first of " + what, "second"} {
				if p, err := s.Pause(t.Context(), what, why); err != nil || p.Why != "first of "+what || p.Since.IsZero() {
					t.Errorf("%s: %+v, %v", why, p, err)
				}
			}
			if why := sees(other, what); why != "first of "+what {
				t.Errorf("the other sees %q", why)
			}
		}
		for range 2 {
			if err := other.Unpause(t.Context(), store.OfInbox("a")); err != nil {
				t.Fatal(err)
			}
		}
		if sees(s, store.OfInbox("a")) != "" || sees(s, store.OfSource("a")) == "" || sees(s, store.Everything) == "" {
			t.Error("the end of one pause is not that of one")
		}
		if err := other.Unpause(t.Context(), store.Everything); err != nil || sees(s, store.Everything) != "" || sees(s, store.OfSource("a")) == "" {
			t.Errorf("the end of the pause of everything: %v", err)
		}
	})
}
