package store_test

import (
	"testing"

	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/settings"
)

// TestPause: the first word holds until it is taken back, in every process.
func TestPause(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s, other := open(t, e), open(t, e)
		sees := func(s *store.Store, what string) string {
			t.Helper()
			all, err := s.Pauses.All(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			p, is := all.Holds(what)
			if is == p.Since.IsZero() {
				t.Errorf("%q holds %v since %v", what, is, p.Since)
			}
			return p.Why
		}
		for _, what := range []string{settings.Everything, settings.OfInbox("a"), settings.OfSource("a")} {
			if why := sees(s, what); why != "" {
				t.Fatalf("%q is paused from the start: %s", what, why)
			}
			for _, why := range []string{"first of " + what, "second"} {
				if p, err := s.Pauses.Begin(t.Context(), what, why); err != nil || p.Why != "first of "+what || p.Since.IsZero() {
					t.Errorf("%s: %+v, %v", why, p, err)
				}
			}
			if why := sees(other, what); why != "first of "+what {
				t.Errorf("the other sees %q", why)
			}
		}
		for range 2 {
			if err := other.Pauses.End(t.Context(), settings.OfInbox("a")); err != nil {
				t.Fatal(err)
			}
		}
		if sees(s, settings.OfInbox("a")) != "" || sees(s, settings.OfSource("a")) == "" || sees(s, settings.Everything) == "" {
			t.Error("the end of one pause is not that of one")
		}
		if err := other.Pauses.End(t.Context(), settings.Everything); err != nil || sees(s, settings.Everything) != "" || sees(s, settings.OfSource("a")) == "" {
			t.Errorf("the end of the pause of everything: %v", err)
		}
	})
}
