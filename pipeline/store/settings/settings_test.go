package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/settings"
)

// TestFirstPauseHolds until it is ended, in every process.
func TestFirstPauseHolds(t *testing.T) {
	docs := &enginetest.Documents{}
	s, other := settings.NewPauses(docs), settings.NewPauses(docs)
	sees := func(s *settings.Pauses, what string) string {
		t.Helper()
		all, err := s.All(t.Context())
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
			if p, err := s.Begin(t.Context(), what, why); err != nil || p.Why != "first of "+what || p.Since.IsZero() {
				t.Errorf("%s: %+v, %v", why, p, err)
			}
		}
		if why := sees(other, what); why != "first of "+what {
			t.Errorf("another process sees %q", why)
		}
	}
	for range 2 {
		if err := other.End(t.Context(), settings.OfInbox("a")); err != nil {
			t.Fatal(err)
		}
	}
	if sees(s, settings.OfInbox("a")) != "" || sees(s, settings.OfSource("a")) == "" || sees(s, settings.Everything) == "" {
		t.Error("the end of one pause ends others too")
	}
	if err := other.End(t.Context(), settings.Everything); err != nil || sees(s, settings.Everything) != "" || sees(s, settings.OfSource("a")) == "" {
		t.Errorf("the end of the pause of everything: %v", err)
	}
}

// TestSettingsAreKept is about what commands add, and about headings and mappings of imports.
func TestSettingsAreKept(t *testing.T) {
	docs := &enginetest.Documents{}
	s, m := settings.New(docs), settings.NewMappings(docs)
	want := settings.Additions{Fields: []crm.Field{{Kind: crm.Account, Name: "custom.level", Type: crm.Choice, SV: "Nivå", Choices: []crm.Option{{Value: "A", SV: "Aktiv", Aliases: []string{"aktivt"}}, {Value: "B"}}}},
		Users: []crm.Person{{ID: "17", Name: "Anna Ek"}}, Choices: map[string][]crm.Option{"account.campaigns": {{Value: "Hösten"}}}}
	must(t, s.Edit(t.Context(), func(o *settings.Additions) { *o = want }))
	must(t, m.KeepMapping(t.Context(), "sum", ledger.Sidecar{Name: "a.yaml", Content: "mode: upsert\n"}))
	must(t, m.Accept(t.Context(), "kunder", "sum", []string{"account.name=namn"}))
	additions, err := s.Additions(t.Context())
	must(t, err)
	if diff := cmp.Diff(want, additions, cmpopts.IgnoreUnexported(crm.Field{})); diff != "" {
		t.Errorf("additions (-want +got):\n%s", diff)
	}
	if kept, ok, err := m.Mapping(t.Context(), "sum"); !ok || err != nil || kept.Content != "mode: upsert\n" {
		t.Errorf("the mapping is %+v, %v, %v", kept, ok, err)
	}
	if _, ok, err := m.Accepted(t.Context(), "other", "sum"); ok || err != nil {
		t.Errorf("headings of one inbox hold for another: %v", err)
	}
	if headings, ok, err := m.Accepted(t.Context(), "kunder", "sum"); !ok || err != nil || len(headings) != 1 {
		t.Errorf("the headings are %v, %v, %v", headings, ok, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
