package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/outbox"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func notification(id string, state ledger.NotificationState) ledger.Notification {
	return ledger.Notification{ID: id, Import: id, Channel: ledger.ByMail, State: state, Since: at}
}

func add(t *testing.T, o *outbox.Outbox, id string, state ledger.NotificationState) {
	t.Helper()
	must(t, o.Add(t.Context(), []ledger.Notification{notification(id, state)}))
}

func waiting(t *testing.T, o *outbox.Outbox, limit int) []string {
	t.Helper()
	all, err := o.Waiting(t.Context(), limit)
	must(t, err)
	ids := []string{}
	for _, e := range all {
		ids = append(ids, e.ID)
	}
	return ids
}

func wantWaiting(t *testing.T, o *outbox.Outbox, limit int, want ...string) {
	t.Helper()
	if got := waiting(t, o, limit); !slices.Equal(got, want) {
		t.Errorf("waiting are %v, not %v", got, want)
	}
}

// swept sweeps the outbox and returns the watermark.
func swept(t *testing.T, docs engine.Documents, now time.Time) int64 {
	t.Helper()
	must(t, outbox.New(docs).Sweep(t.Context(), now))
	doc, _, err := docs.Load(context.Background(), engine.Meta, "letters swept")
	must(t, err)
	var is struct{ No int64 }
	must(t, json.Unmarshal(doc.Body, &is))
	return is.No
}

func TestWaitingIsTheOldestFirst(t *testing.T) {
	o := outbox.New(&enginetest.Documents{})
	for i := range 30 { // more than one page: most are done with
		state := ledger.Sent
		if i%10 == 9 {
			state = ledger.Waiting
		}
		add(t, o, fmt.Sprint(i), state)
	}
	wantWaiting(t, o, 2, "9", "19")
	wantWaiting(t, o, 10, "9", "19", "29")
}

func TestAddKeepsWhatIsThere(t *testing.T) {
	o := outbox.New(&enginetest.Documents{})
	add(t, o, "a", ledger.Sent)
	add(t, o, "a", ledger.Waiting) // the import was resumed
	wantWaiting(t, o, 10)
}

func TestUpdateIsMadeOnce(t *testing.T) {
	o := outbox.New(&enginetest.Documents{})
	add(t, o, "a", ledger.Waiting)
	mine, err := o.Waiting(t.Context(), 1)
	must(t, err)
	other, err := o.Waiting(t.Context(), 1)
	must(t, err)
	for range 2 { // an entry can be updated again after its update
		mine[0].Tries++
		if ok, err := o.Update(t.Context(), &mine[0]); !ok || err != nil {
			t.Fatalf("updated: %v, %v", ok, err)
		}
	}
	other[0].State = ledger.Sent
	if ok, err := o.Update(t.Context(), &other[0]); ok || err != nil {
		t.Errorf("an entry that another process changed is updated: %v, %v", ok, err)
	}
	if now, err := o.Waiting(t.Context(), 1); err != nil || len(now) != 1 || now[0].Tries != 2 || now[0].Version() != 3 {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestOfReturnsHeldAndEnded(t *testing.T) {
	o := outbox.New(&enginetest.Documents{})
	imp := ledger.Import{ID: "a-1", State: ledger.Held, Recipients: ledger.Recipients{Mail: []string{"ann@example.com"}}}
	must(t, o.Add(t.Context(), ledger.NotificationsFor(&imp, "sv", at)))
	check := func(want ...string) {
		t.Helper()
		all, err := o.Of(t.Context(), &imp)
		must(t, err)
		var ids []string
		for _, n := range all {
			ids = append(ids, n.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("of the import are %v, not %v", ids, want)
		}
	}
	check("a-1/held/mail/ann@example.com")
	imp.State = ledger.Done
	check("a-1/held/mail/ann@example.com")
	must(t, o.Add(t.Context(), ledger.NotificationsFor(&imp, "sv", at)))
	check("a-1/held/mail/ann@example.com", "a-1/done/mail/ann@example.com")
}

func TestSweepStopsBeforeTheOldestWaiting(t *testing.T) {
	for name, c := range map[string]struct {
		states []ledger.NotificationState
		want   int64
	}{
		"nothing":          {nil, 0},
		"all done with":    {[]ledger.NotificationState{ledger.Sent, ledger.Failed}, 2},
		"first waits":      {[]ledger.NotificationState{ledger.Waiting, ledger.Sent}, 0},
		"one waits":        {[]ledger.NotificationState{ledger.Sent, ledger.Waiting, ledger.Sent}, 1},
		"more than a page": {slices.Repeat([]ledger.NotificationState{ledger.Sent}, 1100), 1100},
	} {
		t.Run(name, func(t *testing.T) {
			docs := &enginetest.Documents{}
			for i, state := range c.states {
				add(t, outbox.New(docs), fmt.Sprint(i), state)
			}
			if no := swept(t, docs, at); no != c.want {
				t.Errorf("the watermark is %d, not %d", no, c.want)
			}
		})
	}
}

// TestSweepWaitsForALateNotification: a number that is missing may be that of a notification which is just being added. It is passed over once the
// one behind it is an hour old.
func TestSweepWaitsForALateNotification(t *testing.T) {
	docs := &enginetest.Documents{}
	o := outbox.New(docs)
	add(t, o, "first", ledger.Sent)
	docs.Before = func(call string) error {
		if call == "insert outbox" { // it has its number, and another notification and the sweep come first
			docs.Before = nil
			add(t, o, "third", ledger.Sent)
			must(t, o.Sweep(t.Context(), at.Add(time.Hour-time.Second)))
		}
		return nil
	}
	add(t, o, "second", ledger.Waiting)
	wantWaiting(t, o, 10, "second")

	away := errors.New("the server is away")
	docs.Before = func(call string) error {
		if call == "insert outbox" {
			return away
		}
		return nil
	}
	if err := o.Add(t.Context(), []ledger.Notification{notification("fourth", ledger.Waiting)}); !errors.Is(err, away) {
		t.Fatal(err)
	}
	docs.Before = nil
	all, err := o.Waiting(t.Context(), 10)
	must(t, err)
	all[0].State = ledger.Sent
	if ok, err := o.Update(t.Context(), &all[0]); !ok || err != nil {
		t.Fatal(ok, err)
	}
	add(t, o, "fifth", ledger.Sent)
	if no := swept(t, docs, at.Add(time.Hour-time.Second)); no != 3 {
		t.Errorf("within the hour the watermark is %d", no)
	}
	if no := swept(t, docs, at.Add(time.Hour)); no != 5 {
		t.Errorf("after the hour the watermark is %d", no)
	}
}

// TestSweepNeverLowersTheWatermark: another process may sweep further between reading the outbox and writing the watermark.
func TestSweepNeverLowersTheWatermark(t *testing.T) {
	docs := &enginetest.Documents{}
	o := outbox.New(docs)
	add(t, o, "first", ledger.Sent)
	add(t, o, "second", ledger.Waiting)
	docs.After = func(call string) error {
		if call != "range outbox" {
			return nil
		}
		docs.After = nil
		all, err := o.Waiting(t.Context(), 1)
		must(t, err)
		all[0].State = ledger.Sent
		if ok, err := o.Update(t.Context(), &all[0]); !ok || err != nil {
			t.Fatal(ok, err)
		}
		must(t, o.Sweep(t.Context(), at))
		return nil
	}
	if no := swept(t, docs, at); no != 2 {
		t.Errorf("the watermark is %d", no)
	}
}
