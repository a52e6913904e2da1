package store_test

import (
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestHeld lists what is held of each inbox, until a person has decided. What an older version held is in no list, and found all the same.
func TestHeld(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s := open(t, e)
		held := func(inbox string) (ids []string) {
			all, err := open(t, e).Imports.Held(t.Context(), inbox)
			must(t, err)
			for _, w := range all {
				if w.Sum == "" || w.Workbook == "" {
					t.Errorf("%s is listed as %+v", inbox, w)
				}
				ids = append(ids, w.Import)
			}
			return ids
		}
		begin := func(base, inbox string, state ledger.State) ledger.Import {
			want := wants(base, base)
			want.Inbox, want.Sum, want.Workbook, want.State = inbox, "sum of "+base, base+".xlsx", state
			imp, err := s.Imports.Begin(t.Context(), want, true)
			must(t, err)
			return imp
		}
		for _, base := range []string{"old1", "old2"} {
			begin(base, "kunder", ledger.Held) // and no list of it
		}
		running := ledger.Running
		first, second, other := begin("a", "kunder", running), begin("b", "kunder", running), begin("c", "mässan", running)
		for _, imp := range []*ledger.Import{&first, &second, &other} {
			finish(t, s, imp, ledger.Held)
			finish(t, s, imp, ledger.Held) // its files were moved
		}
		same(t, "held", []string{"old1-1", "old2-1", "a-1", "b-1"}, held("kunder"))
		same(t, "held elsewhere", []string{"c-1"}, held("mässan"))

		first, _, err := s.Imports.Reopen(t.Context(), first.ID)
		must(t, err)
		finish(t, s, &first, ledger.Done)
		finish(t, s, &second, ledger.Refused)
		same(t, "still held", []string{"old1-1", "old2-1"}, held("kunder"))
	})
}
