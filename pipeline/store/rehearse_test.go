package store_test

import (
	"context"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/rehearsal"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// byNameAndCity is a rule that no other test uses.
var byNameAndCity = crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}, {Field: "city", Type: crm.Text}}, Region: "SE"}

// TestRehearse has a plan see what is there and what its own rows would write, whether the store has keys for its rules or not, and
// the store stay as it was.
func TestRehearse(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for _, indexed := range []bool{false, true} {
			e := fresh()
			must(t, seeds.life(t.Context(), e, true))
			s := open(t, e)
			s.Scratch = sqlite.Scratch
			if indexed {
				must(t, s.Index.Use(t.Context(), []crm.Rule{byNameAndCity}))
			}
			before := records(t, e, crm.Account)
			r, err := s.Rehearse(t.Context(), []crm.Rule{byNameAndCity})
			must(t, err)
			rehearse(t, r, before[1])
			must(t, r.Close(t.Context()))
			if diff := gocmp.Diff(before, records(t, e, crm.Account), cmpopts.EquateEmpty(), gocmp.AllowUnexported(crm.Value{})); diff != "" {
				t.Errorf("indexed %v: the plan changed the store (-before +after):\n%s", indexed, diff)
			}
		}
	})
}

// rehearse plans to rename one account and to create another, and wants both found as they would be, and the old name not.
func rehearse(t *testing.T, r *rehearsal.Rehearsal, was crm.Record) {
	t.Helper()
	finds := func(name, city string, want int) {
		t.Helper()
		key, _ := byNameAndCity.Key("", vals("name", name, "city", city))
		found, err := r.Find(t.Context(), crm.Account, []crm.Key{key})
		must(t, err)
		n := 0
		for _, rec := range found {
			if is, _ := byNameAndCity.Key("", rec.Values); is == key {
				n++
			}
		}
		if n != want {
			t.Errorf("%s in %s is found %d times, not %d", name, city, n, want)
		}
	}
	name, city := was.Values.Of("name").Text(), was.Values.Of("city").Text()
	finds(name, city, 1)
	imp := ledger.Import{ID: "plan-1", No: 99}
	row := row{&imp}
	_, err := r.Apply(t.Context(), &imp, row.batch(1, 2,
		row.update(1, crm.Account, was.ID, "", was.ChangeID, vals("name", name), vals("name", "Renamed")),
		row.create(2, crm.Account, "", vals("name", "Brand new", "city", "Lund"))))
	must(t, err)
	finds("Renamed", city, 1)
	finds("Brand new", "Lund", 1)
	finds(name, city, 0)
	if c := imp.Tally.Counts.Of(crm.Account); c.Created != 1 || c.Updated != 1 || imp.Batch != 1 {
		t.Errorf("the plan counts %+v after batch %d", c, imp.Batch)
	}
	known, err := r.ByID(t.Context(), crm.Account, []string{was.ID, row.id(2, crm.Account), "0123456789abcdef01234567"})
	must(t, err)
	if len(known) != 2 || known[0].Values.Of("name") == known[1].Values.Of("name") {
		t.Errorf("by their IDs are found %v", known)
	}
}

// TestHeldImportIsApprovedOnce has a held import go on once a person says so, and a second word come too late.
func TestHeldImportIsApprovedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := open(t, fresh())
		imp, err := s.Imports.Begin(t.Context(), ledger.Import{ID: "feed", Arrival: "a1", State: ledger.Running}, false)
		must(t, err)
		next, err := s.Imports.Next(t.Context(), ledger.Import{ID: "feed"}, false)
		must(t, err)
		if next.ID != imp.ID {
			t.Errorf("the next of a running import is %s, not itself", next.ID)
		}
		imp.State = ledger.Held
		must(t, s.Imports.Finish(t.Context(), &imp))
		imp, ok, err := s.Imports.Reopen(t.Context(), imp.ID)
		must(t, err)
		if !ok || imp.State != ledger.Running || !imp.Approved {
			t.Fatalf("reopened %v: %+v", ok, imp)
		}
		again, err := s.Imports.Begin(t.Context(), ledger.Import{ID: "feed", Arrival: "a1", State: ledger.Running}, false)
		must(t, err)
		if again.ID != imp.ID || !again.Approved {
			t.Errorf("begun again it is %+v", again)
		}
		again.State = ledger.Done
		must(t, s.Imports.Finish(t.Context(), &again))
		if _, ok, err := s.Imports.Reopen(t.Context(), imp.ID); ok || err != nil {
			t.Errorf("what is done was reopened: %v %v", ok, err)
		}
		if next, err := s.Imports.Next(t.Context(), ledger.Import{ID: "feed", State: ledger.Running}, false); err != nil || next.State != ledger.Duplicate || next.ID == imp.ID {
			t.Errorf("the same once more would be %+v: %v", next, err)
		}
	})
}

// TestRehearseFeed has a plan find records by their feed keys: those of the store, whether it has keys for the plan's rules or not, also once the
// plan has changed them, and those that the plan's rows create.
func TestRehearseFeed(t *testing.T) {
	const stored, planned = crm.FeedKey("00112233445566778899aabbccddeeff"), crm.FeedKey("ffeeddccbbaa99887766554433221100")
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for _, indexed := range []bool{false, true} {
			e := fresh()
			s := open(t, e)
			s.Scratch = sqlite.Scratch
			hash, _ := stored.Hash()
			results, err := e.Write(t.Context(), crm.Account, []engine.Write{{New: true, ID: ledger.NewID("a", 1, crm.Account), Seq: 1, Mark: 1, Feed: stored, Hashes: []int64{hash}, Set: vals("name", "Acme")}})
			if must(t, err); results[0] != engine.Written {
				t.Fatal(results)
			}
			if indexed {
				must(t, s.Index.Use(t.Context(), []crm.Rule{byNameAndCity}))
			}
			r, err := s.Rehearse(t.Context(), []crm.Rule{byNameAndCity})
			must(t, err)
			finds := func(feed crm.FeedKey, name string) {
				t.Helper()
				hash, _ := feed.Hash()
				found, err := r.Find(t.Context(), crm.Account, []crm.Key{{Hash: hash}})
				must(t, err)
				if len(found) != 1 || found[0].Feed != feed || found[0].Values.Of("name").Text() != name {
					t.Errorf("indexed %v: by %s is found %v, want %s", indexed, feed, found, name)
				}
			}
			finds(stored, "Acme")
			imp := ledger.Import{ID: "plan-1", No: 7}
			_, err = r.Apply(t.Context(), &imp, ledger.Batch{N: 1, After: ledger.Cursor{Row: 3, Ordinal: 2}, Changes: []ledger.Change{
				{Kind: crm.Account, Ordinal: 1, Action: ledger.Update, ID: ledger.NewID("a", 1, crm.Account), Expect: 1, Before: vals("name", "Acme"), After: vals("name", "Acme AB")},
				{Kind: crm.Account, Ordinal: 2, Action: ledger.Create, ID: ledger.NewID("plan-1", 2, crm.Account), Feed: planned, After: vals("name", "Beta")}}})
			must(t, err)
			finds(stored, "Acme AB")
			finds(planned, "Beta")
			must(t, r.Close(t.Context()))
		}
	})
}

// TestFeedKeyIsKept has a record found by its feed key after its rules' keys were made again: for a changed value, and for a new rule.
func TestFeedKeyIsKept(t *testing.T) {
	const feed = crm.FeedKey("00112233445566778899aabbccddeeff")
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s := open(t, e)
		must(t, s.Index.Use(t.Context(), []crm.Rule{{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}}, Region: "SE"}}))
		imp, err := s.Imports.Begin(t.Context(), ledger.Import{ID: "feed", State: ledger.Running}, false)
		must(t, err)
		finds := func(when string) {
			t.Helper()
			hash, _ := feed.Hash()
			found, err := s.Records.Find(t.Context(), crm.Account, []crm.Key{{Hash: hash}})
			must(t, err)
			if len(found) != 1 || found[0].Feed != feed {
				t.Errorf("%s: found %v", when, found)
			}
		}
		must(t, s.Hold(t.Context(), func(ctx context.Context) error {
			id := ledger.NewID("feed", 1, crm.Account)
			_, err := s.Apply(ctx, &imp, ledger.Batch{N: 1, After: ledger.Cursor{Row: 2, Ordinal: 1}, Changes: []ledger.Change{
				{Kind: crm.Account, Ordinal: 1, Action: ledger.Create, ID: id, Feed: feed, After: vals("name", "Acme")}}})
			if err != nil {
				return err
			}
			finds("created")
			_, err = s.Apply(ctx, &imp, ledger.Batch{N: 2, After: ledger.Cursor{Row: 3, Ordinal: 2}, Changes: []ledger.Change{
				{Kind: crm.Account, Ordinal: 2, Action: ledger.Update, ID: id, Expect: ledger.ChangeID(imp.No, 1, 0, crm.Account), Before: vals("name", "Acme"), After: vals("name", "Acme AB")}}})
			if err != nil {
				return err
			}
			finds("renamed")
			return s.Index.Use(ctx, []crm.Rule{byNameAndCity})
		}))
		finds("under a new rule")
	})
}
