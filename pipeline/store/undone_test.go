package store_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// TestRehearseOnAnothersDocuments plans to change documents that another program created: they have no place in the order of creation.
func TestRehearseOnAnothersDocuments(t *testing.T) {
	db := newDatabase(t)
	s := open(t, db.engine)
	s.Scratch = sqlite.Scratch
	var ids []string
	for _, name := range []string{"Alfa", "Beta"} {
		id := bson.NewObjectID()
		ids = append(ids, id.Hex())
		if _, err := db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "name", Value: name}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, by := range [][]crm.Rule{nil, rules} { // with the first nothing is copied beforehand
		r, err := s.Rehearse(t.Context(), by)
		must(t, err)
		imp := ledger.Import{ID: "plan-1", No: 99}
		row := row{&imp}
		_, err = r.Apply(t.Context(), &imp, row.batch(1, 2, row.update(1, crm.Account, ids[0], "", 0, vals("name", "Alfa"), vals("name", "Gamma")),
			row.update(2, crm.Account, ids[1], "", 0, vals("name", "Beta"), vals("name", "Delta"))))
		must(t, err)
		known, err := r.ByID(t.Context(), crm.Account, ids)
		must(t, err)
		if len(known) != 2 || known[0].Seq != 0 || known[0].Values.Equal(known[1].Values) || known[0].Values.Of("name").Text() < "D" {
			t.Errorf("they would be %+v", known)
		}
		must(t, r.Close(t.Context()))
	}
}

// removal is the change that takes back what made a record.
func (r row) removal(place int64, rec crm.Record) ledger.Change {
	c := r.change(place, rec.Kind, ledger.Remove)
	c.ID, c.ParentID, c.Expect, c.Seq, c.Before = rec.ID, rec.ParentID, rec.ChangeID, rec.Seq, rec.Values
	return c
}

// TestRehearseARemoval has a plan not see what its own rows would take away, and count the contacts that would be left.
func TestRehearseARemoval(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		must(t, seeds.life(t.Context(), e, true))
		s := open(t, e)
		s.Scratch = sqlite.Scratch
		contact, account := records(t, e, crm.Contact)[0], records(t, e, crm.Account)[0]
		r, err := s.Rehearse(t.Context(), nil)
		must(t, err)
		imp := ledger.Import{ID: "plan-1", No: 99, Undoes: "seed-1"}
		row := row{&imp}
		for n, c := range []ledger.Change{row.removal(1, contact), row.removal(2, account)} {
			counts, err := r.Children(t.Context(), crm.Contact, []string{account.ID})
			must(t, err)
			if counts[account.ID] != 1-n {
				t.Errorf("before batch %d the account has %v contacts", n+1, counts)
			}
			_, err = r.Apply(t.Context(), &imp, row.batch(n+1, int64(n)+1, c))
			must(t, err)
			known, err := r.ByID(t.Context(), c.Kind, []string{c.ID})
			must(t, err)
			if len(known) > 0 {
				t.Errorf("there still is %+v", known)
			}
		}
		must(t, r.Close(t.Context()))
		same(t, "the account", account, records(t, e, crm.Account)[0])
	})
}

// TestAccountOfAChangedContactIsKept undoes an account with its contact, which another program changed meanwhile: both stay.
func TestAccountOfAChangedContactIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		must(t, seeds.life(t.Context(), e, true))
		s := open(t, e)
		contact, account := records(t, e, crm.Contact)[0], records(t, e, crm.Account)[0]
		imp := begin(t, s, "undo")
		row := row{&imp}
		stale := contact
		stale.ChangeID++
		b := row.batch(1, 1, row.removal(1, stale), row.removal(1, account))
		outcomes, err := s.Apply(t.Context(), &imp, b)
		must(t, err)
		if !outcomes[0].Conflict || !outcomes[1].Conflict || imp.Batch != 0 {
			t.Errorf("outcomes %+v", outcomes)
		}
		same(t, "the account", account, records(t, e, crm.Account)[0])
		b = row.batch(1, 1, row.removal(1, contact), row.removal(1, account))
		b.Try = 1
		outcomes, err = s.Apply(t.Context(), &imp, b)
		must(t, err)
		if outcomes[0].Conflict || outcomes[1].Conflict || len(records(t, e, crm.Account)) != 3 || len(records(t, e, crm.Contact)) != 2 || imp.Tally.Counts.Of(crm.Account).Removed != 1 {
			t.Errorf("outcomes %+v, tally %+v", outcomes, imp.Tally)
		}
		changes, err := s.Journal.Batch(t.Context(), imp.ID, 1)
		must(t, err)
		if len(changes) != 2 || changes[0].Action != ledger.Remove || !changes[0].Before.Equal(contact.Values) || changes[0].Seq != contact.Seq {
			t.Errorf("the journal says %+v", changes)
		}
	})
}

// TestUndoneAndUndoneAgain has the same bytes be a duplicate only of an import that is done and not undone.
func TestUndoneAndUndoneAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := open(t, fresh())
		done := func(base, undoes string, again bool) ledger.Import {
			imp, err := s.Imports.Begin(t.Context(), ledger.Import{ID: base, Undoes: undoes, State: ledger.Running}, again)
			must(t, err)
			if imp.State == ledger.Running {
				imp.State = ledger.Done
				if undoes != "" {
					must(t, s.Imports.MarkUndone(t.Context(), &imp))
				}
			}
			must(t, s.Imports.Finish(t.Context(), &imp))
			return imp
		}
		wantUndoneBy := func(id, by string) {
			t.Helper()
			if imp, _, err := s.Imports.Import(t.Context(), id); err != nil || imp.UndoneBy != by {
				t.Errorf("%s is undone by %q, not %q: %v", id, imp.UndoneBy, by, err)
			}
		}
		done("feed", "", false)
		late, _, err := s.Imports.Import(t.Context(), "feed-1") // as a daemon has it that is still to put the file away
		must(t, err)
		done("undo", "feed-1", true)
		wantUndoneBy("feed-1", "undo-1")
		must(t, s.Imports.Finish(t.Context(), &late))
		wantUndoneBy("feed-1", "undo-1")
		if next, err := s.Imports.Next(t.Context(), ledger.Import{ID: "feed", State: ledger.Running}, false); err != nil || next.State != ledger.Running {
			t.Errorf("archived after it was undone it counts as done: %+v, %v", next, err)
		}
		done("redo", "undo-1", true)
		wantUndoneBy("feed-1", "")
		wantUndoneBy("undo-1", "redo-1")
		if imp := done("feed", "", false); imp.State != ledger.Duplicate {
			t.Errorf("what was taken back and is there again is imported once more: %+v", imp)
		}
		done("undo", "feed-1", true)
		wantUndoneBy("feed-1", "undo-2")
		if next, err := s.Imports.Next(t.Context(), ledger.Import{ID: "feed", State: ledger.Running}, false); err != nil || next.State != ledger.Running {
			t.Errorf("what is undone cannot be planned again: %+v, %v", next, err)
		}
		if imp := done("feed", "", false); imp.State != ledger.Done {
			t.Errorf("what is undone cannot be imported again: %+v", imp)
		}
	})
}
