package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

const foreign = int64(9_999_999) << 36 // a mark that no import of these tests has

// edit changes an account behind the store's back. Each edit has a mark of its own.
func edit(t testing.TB, e engine.Engine, id, city string, mark int64) {
	t.Helper()
	rec := record(t, e, crm.Account, id)
	w := engine.Write{ID: id, Expect: rec.ChangeID, Mark: mark, Set: vals("city", city), At: at}
	w.Before.Set("city", rec.Values.Of("city"))
	results, err := e.Write(context.Background(), crm.Account, []engine.Write{w})
	if err != nil || results[0] != engine.Written {
		t.Fatal(results, err)
	}
}

// clash is an import of which one record, changed by rows 1 and 3, may be edited meanwhile, and the others not.
type clash struct {
	e       engine.Engine
	s       *store.Store
	imp     ledger.Import
	account string
	seed    row
	batch   ledger.Batch
}

func newClash(t *testing.T, e engine.Engine) *clash {
	must(t, seeds.life(t.Context(), e, true))
	c := &clash{e: e, s: open(t, e), seed: row{&ledger.Import{ID: "seed-1", No: 1}}}
	c.imp = begin(t, c.s, "clash")
	must(t, c.s.Index.Use(t.Context(), rules))
	c.account = c.seed.id(1, crm.Account)
	c.batch = c.first(&c.imp)
	return c
}

func (c *clash) first(imp *ledger.Import) ledger.Batch {
	r, was := row{imp}, c.seed.mark(1, crm.Account)
	warned := r.update(1, crm.Account, c.account, "", was, vals("city", "Umeå"), vals("city", "Boden"))
	warned.Problems = []ledger.Problem{{Code: ledger.CheckDigit, Text: message.Say("look"), Warning: true}}
	return r.batch(1, 3,
		warned,
		r.update(1, crm.Contact, c.seed.id(1, crm.Contact), c.account, c.seed.mark(1, crm.Contact), nil, vals("title", "VD")),
		r.create(2, crm.Account, "", vals("name", "Omega")),
		r.update(3, crm.Account, c.account, "", was, vals("city", "Boden"), vals("city", "Luleå")))
}

// second is what matching the lost rows again gives.
func (c *clash) second(t testing.TB, imp *ledger.Import) ledger.Batch {
	r := row{imp}
	rec := record(t, c.e, crm.Account, c.account)
	b := r.batch(1, 3,
		r.update(1, crm.Account, c.account, "", rec.ChangeID, vals("city", rec.Values.Of("city").Text()), vals("city", "Boden")),
		r.update(3, crm.Account, c.account, "", rec.ChangeID, vals("city", "Boden"), vals("city", "Luleå")))
	b.Try = 1
	return b
}

func lost(outcomes []ledger.Outcome) []bool {
	all := make([]bool, len(outcomes))
	for i, o := range outcomes {
		all[i] = o.Conflict
	}
	return all
}

func (c *clash) city(t testing.TB) string {
	return record(t, c.e, crm.Account, c.account).Values.Of("city").Text()
}

func (c *clash) lostOnce(t *testing.T) {
	t.Helper()
	edit(t, c.e, c.account, "Kalix", foreign+1)
	same(t, "lost", []bool{true, false, false, true}, lost(apply(t, c.s, &c.imp, c.batch)))
	if now := stored(t, c.s, c.imp.ID); now.Batch != 0 || c.imp.Batch != 0 || now.Tally.Rows != 0 {
		t.Errorf("a batch with lost changes has a checkpoint: %+v, %+v", now, c.imp)
	}
	same(t, "the account", "Kalix", c.city(t))
	same(t, "the contact", "VD", record(t, c.e, crm.Contact, c.seed.id(1, crm.Contact)).Values.Of("title").Text())
	same(t, "the new account", "Omega", record(t, c.e, crm.Account, row{&c.imp}.id(2, crm.Account)).Values.Of("name").Text())
}

func TestConflictMatchedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		c := newClash(t, fresh())
		c.lostOnce(t)
		second := c.second(t, &c.imp)
		same(t, "lost again", []bool{false, false}, lost(apply(t, c.s, &c.imp, second)))
		same(t, "the account", "Luleå", c.city(t))
		want := ledger.Tally{Rows: 3, Blank: 1, Counts: ledger.Counts{{Created: 1, Updated: 2}, {Updated: 1}}}
		same(t, "tally", want, c.imp.Tally)
		same(t, "stored import", stored(t, c.s, c.imp.ID), c.imp)
		changes := append([]ledger.Change(nil), c.batch.Changes...)
		changes[0], changes[3] = second.Changes[0], second.Changes[1]
		same(t, "journal", [][]ledger.Change{changes}, journal(t, c.s, c.imp.ID))
		if mark := record(t, c.e, crm.Account, c.account).ChangeID; mark != ledger.ChangeID(c.imp.No, 3, 1, crm.Account) {
			t.Errorf("the mark is %x", mark)
		}
	})
}

func TestConflictTwiceIsRejected(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		c := newClash(t, fresh())
		c.lostOnce(t)
		second := c.second(t, &c.imp)
		edit(t, c.e, c.account, "Haparanda", foreign+2)
		outcomes := apply(t, c.s, &c.imp, second)
		same(t, "lost again", []bool{false, false}, lost(outcomes))
		c.rejected(t)
		same(t, "the account", "Haparanda", c.city(t))
	})
}

// rejected wants both changes of the account to be conflicts, and everything else to be counted as it was made.
func (c *clash) rejected(t *testing.T) {
	t.Helper()
	imp := stored(t, c.s, c.imp.ID)
	same(t, "accounts", ledger.Count{Created: 1, Rejected: 2}, *imp.Tally.Counts.Of(crm.Account))
	same(t, "contacts", ledger.Count{Updated: 1}, *imp.Tally.Counts.Of(crm.Contact))
	same(t, "conflicts", 2, imp.Tally.Problems[ledger.Conflict])
	if imp.Batch != 1 || imp.Cursor != c.batch.After {
		t.Errorf("the import is at %+v", imp)
	}
	changes := journal(t, c.s, c.imp.ID)[0]
	for _, i := range []int{0, 3} {
		problems := changes[i].Problems
		if changes[i].Action != ledger.Reject || len(problems) == 0 || problems[len(problems)-1].Code != ledger.Conflict {
			t.Errorf("the journal's change %d is %+v", i, changes[i])
		}
	}
	same(t, "the journal's other changes", c.batch.Changes[1:3], changes[1:3])
}

// TestConflictAndCrash: a process dies between the two tries. Its rows are gone, so what was lost is rejected, and stays so even where
// the record is meanwhile again as the rows found it.
func TestConflictAndCrash(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for _, back := range []bool{false, true} {
			c := newClash(t, fresh())
			c.lostOnce(t)
			if back {
				edit(t, c.e, c.account, "Umeå", c.seed.mark(1, crm.Account))
			}
			must(t, open(t, c.e).Hold(t.Context(), nothing))
			c.rejected(t)
			if c.city(t) == "Luleå" {
				t.Error("a change that the journal calls rejected was made")
			}
		}
	})
}

func nothing(context.Context) error { return nil }

// TestConflictKilledAtEveryCall: with a conflict and a death at any call, each row is counted once, and the record is what the journal
// has of its last change.
func TestConflictKilledAtEveryCall(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for _, after := range []bool{false, true} {
			for n := 1; ; n++ {
				c := newClash(t, fresh())
				edit(t, c.e, c.account, "Kalix", foreign+1)
				f := &fault{at: n, after: after}
				err := c.live(t, faulty{c.e, f})
				what := fmt.Sprintf("killed at call %d, after it: %t", n, after)
				if err != nil && !errors.Is(err, errKilled) {
					t.Fatalf("%s: %v", what, err)
				}
				must(t, c.live(t, c.e))
				imp := stored(t, c.s, c.imp.ID)
				var tally ledger.Tally
				changes := journal(t, c.s, c.imp.ID)
				for i := range changes[0] {
					tally.Add(&changes[0][i])
				}
				same(t, what+": counts", tally.Counts, imp.Tally.Counts)
				same(t, what+": problems", tally.Problems, imp.Tally.Problems)
				want := "Luleå"
				if changes[0][3].Action == ledger.Reject {
					want = "Kalix"
				}
				same(t, what+": the account", want, c.city(t))
				if imp.Tally.Counts.Of(crm.Account).Sum() != 3 || imp.Tally.Counts.Of(crm.Contact).Sum() != 1 || imp.Batch != 1 || len(changes) != 1 {
					t.Errorf("%s: the import ends as %+v", what, imp)
				}
				if t.Failed() || !f.dead {
					break
				}
			}
		}
	})
}

// live carries the clash to its end as a pipeline would.
func (c *clash) live(t *testing.T, e engine.Engine) error {
	s, err := store.New(t.Context(), e)
	if err != nil {
		return err
	}
	s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: 5 * time.Millisecond, Poll: time.Millisecond}
	return s.Hold(t.Context(), func(ctx context.Context) error {
		imp, err := s.Imports.Begin(ctx, wants("clash", "clash"), false)
		if err != nil || imp.Batch == 1 {
			return err
		}
		outcomes, err := s.Apply(ctx, &imp, c.first(&imp))
		if err != nil || !outcomes[0].Conflict {
			return err
		}
		_, err = s.Apply(ctx, &imp, c.second(t, &imp))
		return err
	})
}

// TestForeignEditWithoutMark: another program on MongoDB knows nothing of marks.
func TestForeignEditWithoutMark(t *testing.T) {
	db := newDatabase(t)
	c := newClash(t, db.engine)
	oid, err := bson.ObjectIDFromHex(c.account)
	must(t, err)
	set := bson.D{{Key: "$set", Value: bson.D{{Key: "city", Value: "Kalix"}}}}
	_, err = db.Collection("accounts").UpdateByID(t.Context(), oid, set)
	must(t, err)
	same(t, "lost", []bool{true, false, false, true}, lost(apply(t, c.s, &c.imp, c.batch)))
	same(t, "the account", "Kalix", c.city(t))
	same(t, "lost again", []bool{false, false}, lost(apply(t, c.s, &c.imp, c.second(t, &c.imp))))
	same(t, "the account", "Luleå", c.city(t))
}

// TestMoved: a contact goes to another account though nothing else of it changes, and is found there.
func TestMoved(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		c := newClash(t, fresh())
		r, id, to := row{&c.imp}, c.seed.id(1, crm.Contact), c.seed.id(4, crm.Account)
		move := r.update(1, crm.Contact, id, to, c.seed.mark(1, crm.Contact), nil, nil)
		move.Moved = c.account
		apply(t, c.s, &c.imp, r.batch(1, 1, move))
		same(t, "its account", to, record(t, c.e, crm.Contact, id).ParentID)
		same(t, "found where it is", []string{id}, found(t, c.e, byEmail, to, vals("email", "ann1@example.com")))
		same(t, "found where it was", []string{}, found(t, c.e, byEmail, c.account, vals("email", "ann1@example.com")))
	})
}

// loose is an engine whose batches are no transactions: two processes can be in the middle of one.
type loose struct{ engine.Engine }

func (e loose) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	return do(ctx, e)
}

// TestSleeperCallsNothingLost: a process sleeps between journal and records, and its successor applies the batch and the next one. When it
// wakes up it finds every record written by another, and must not write into the journal that its rows were lost.
func TestSleeperCallsNothingLost(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := loose{fresh()}
		sleeper, successor := open(t, e), open(t, e)
		imp := begin(t, sleeper, "sleeper")
		r := row{&imp}
		first := func() ledger.Batch { return r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Acme"))) }
		second := r.batch(2, 2, r.update(2, crm.Account, r.id(1, crm.Account), "", r.mark(1, crm.Account), vals("name", "Acme"), vals("name", "Acme AB")))
		sleeper.At = func(p ledger.CrashPoint) {
			if p == ledger.AtJournalled {
				theirs := stored(t, successor, imp.ID)
				apply(t, successor, &theirs, first())
				apply(t, successor, &theirs, second)
			}
		}
		if _, err := sleeper.Apply(t.Context(), &imp, first()); !errors.Is(err, ledger.ErrTakenOver) {
			t.Errorf("the sleeper ends with %v", err)
		}
		same(t, "what became of the rows", []string{"1 account create"}, changeLines(journal(t, successor, imp.ID)[0]))
		same(t, "the record", "Acme AB", record(t, e, crm.Account, r.id(1, crm.Account)).Values.Of("name").Text())
	})
}
