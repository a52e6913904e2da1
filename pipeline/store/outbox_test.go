package store_test

import (
	"errors"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestSweepWaitsForALateLetter: a number that is missing may be that of a letter which is just being put in. It is waited for until the one behind
// it is an hour old.
func TestSweepWaitsForALateLetter(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s := open(t, e)
		letter := func(id string, state ledger.NotificationState) []ledger.Notification {
			return []ledger.Notification{{ID: id, Import: id, Channel: ledger.ByMail, State: state, Since: at}}
		}
		waiting := func() []string {
			all, err := s.Outbox.Waiting(t.Context(), 10)
			must(t, err)
			ids := []string{}
			for _, n := range all {
				ids = append(ids, n.ID)
			}
			return ids
		}
		must(t, s.Outbox.Add(t.Context(), letter("first", ledger.Sent)))
		slow := open(t, faulty{e, &fault{before: func(name string) {
			if name != "insert outbox" {
				return
			}
			// It has its number, and another letter and the sweeper come first.
			must(t, s.Outbox.Add(t.Context(), letter("third", ledger.Sent)))
			must(t, s.Outbox.Sweep(t.Context(), at.Add(time.Hour-time.Second)))
		}}})
		must(t, slow.Outbox.Add(t.Context(), letter("second", ledger.Waiting)))
		same(t, "waiting within the hour", []string{"second"}, waiting())

		dies := open(t, faulty{e, &fault{cut: func(name string) bool { return name == "insert outbox" }}})
		if err := dies.Outbox.Add(t.Context(), letter("fourth", ledger.Waiting)); !errors.Is(err, errDeaf) {
			t.Fatal(err)
		}
		all, err := s.Outbox.Waiting(t.Context(), 10)
		must(t, err)
		all[0].State = ledger.Sent
		if ok, err := s.Outbox.Update(t.Context(), &all[0]); !ok || err != nil {
			t.Fatal(ok, err)
		}
		must(t, s.Outbox.Add(t.Context(), letter("fifth", ledger.Sent)))
		swept := func(after time.Duration) any {
			must(t, s.Outbox.Sweep(t.Context(), at.Add(after)))
			return document(t, e, engine.Meta, "letters swept")["no"]
		}
		if no := swept(time.Hour - time.Second); no != float64(3) {
			t.Errorf("within the hour it has swept up to %v", no)
		}
		if no := swept(time.Hour); no != float64(5) {
			t.Errorf("after the hour it has swept up to %v", no)
		}
	})
}
