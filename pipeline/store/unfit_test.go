package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

// picky is an engine that takes no record which is called Taken, as if a unique index were in the way.
type picky struct{ engine.Engine }

func (e picky) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	return e.Engine.Batch(ctx, func(ctx context.Context, in engine.Engine) error { return do(ctx, picky{in}) })
}

func (e picky) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	results := make([]engine.Result, len(writes))
	var sent []engine.Write
	var at []int
	for i, w := range writes {
		if w.Set.Of("name").Text() == "Taken" {
			results[i].Why = &engine.Unfit{Reason: engine.Unique, Fields: []string{"name"}, Value: "Taken", Index: "one_name", Other: "other", Code: 11000}
			continue
		}
		sent, at = append(sent, w), append(at, i)
	}
	made, err := e.Engine.Write(ctx, kind, sent)
	for i, r := range made {
		results[at[i]] = r
	}
	return results, err
}

// refusing is an import of which one account is not taken, new, and one under its new name. Contacts come in every way into the new one.
type refusing struct{ base string }

func (w refusing) batch(imp *ledger.Import, try int) ledger.Batch {
	r, seed := row{imp}, row{&ledger.Import{ID: "seed-1", No: 1}}
	taken := r.id(1, crm.Account)
	again := r.change(3, crm.Account, ledger.Unchanged)
	again.ID = taken
	moved := r.update(6, crm.Contact, seed.id(3, crm.Contact), taken, seed.mark(3, crm.Contact), nil, vals("title", "VD"))
	moved.Moved = seed.id(3, crm.Account)
	b := r.batch(1, 7,
		r.create(1, crm.Account, "", vals("name", "Taken", "city", "Lund")),
		r.create(1, crm.Contact, taken, vals("name", "Ann")),
		r.create(2, crm.Contact, taken, vals("name", "Bo")),
		again,
		r.create(3, crm.Contact, taken, vals("name", "Cia")),
		r.update(5, crm.Account, seed.id(2, crm.Account), "", seed.mark(2, crm.Account), vals("name", "Beta"), vals("name", "Taken")),
		r.update(5, crm.Contact, seed.id(2, crm.Contact), seed.id(2, crm.Account), seed.mark(2, crm.Contact), nil, vals("title", "VD")),
		moved,
		r.create(7, crm.Account, "", vals("name", "Zeta")),
		r.create(7, crm.Contact, r.id(7, crm.Account), vals("name", "Dan")))
	b.After.Above = ledger.Above{ID: taken}
	if b.Try = try; try == 0 {
		return b
	}
	var lost []ledger.Change
	for i, c := range b.Changes {
		if i != 6 && i < 8 {
			lost = append(lost, c)
		}
	}
	b.Changes = lost
	return b
}

// life carries it to its end, as a pipeline would.
func (w refusing) life(ctx context.Context, e engine.Engine) error {
	s, err := store.New(ctx, e)
	if err != nil {
		return err
	}
	s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: 5 * time.Millisecond, Poll: time.Millisecond}
	return s.Hold(ctx, func(ctx context.Context) error {
		imp, err := s.Imports.Begin(ctx, wants(w.base, w.base), false)
		if err != nil {
			return err
		}
		if imp.State.Ended() {
			return s.Imports.Finish(ctx, &imp)
		}
		if err := s.Index.Use(ctx, rules); err != nil {
			return err
		}
		for try := 0; imp.Batch == 0; try++ {
			if _, err := s.Apply(ctx, &imp, w.batch(&imp, try)); err != nil {
				return err
			}
		}
		imp.State, imp.Ended, imp.Archived = ledger.Done, at, "done/"+imp.Workbook
		return s.Imports.Finish(ctx, &imp)
	})
}

// changeLines describes an import's changes, a line each.
func changeLines(changes []ledger.Change) []string {
	var all []string
	for _, c := range changes {
		line := fmt.Sprintf("%d %s %s", c.Ordinal, c.Kind, c.Action)
		for _, p := range c.Problems {
			line += fmt.Sprintf(" %s %q %v", p.Code, p.Value, p.Candidates)
		}
		all = append(all, line)
	}
	return all
}

func TestValuesTheDatabaseRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := picky{fresh()}
		must(t, seeds.life(t.Context(), e, true))
		must(t, refusing{"picky"}.life(t.Context(), e))
		s := open(t, e)
		imp := stored(t, s, "picky-1")
		r := row{&imp}
		account := r.id(1, crm.Account)
		unique, stranded := `reject UNIQUE "Taken" [other]`, fmt.Sprintf("reject ACCOUNT_NOT_CREATED %q []", account)
		changes := journal(t, s, imp.ID)
		same(t, "what became of the rows", []string{"1 account " + unique, "1 contact " + stranded, "2 contact " + stranded, "3 account " + unique,
			"3 contact " + stranded, "5 account " + unique, "5 contact update", "6 contact " + stranded, "7 account create", "7 contact create"}, changeLines(changes[0]))
		one, err := s.Journal.Batch(t.Context(), imp.ID, 1)
		must(t, err)
		same(t, "the batch by itself", changes[0], one)
		same(t, "accounts", ledger.Count{Created: 1, Rejected: 3}, *imp.Tally.Counts.Of(crm.Account))
		same(t, "contacts", ledger.Count{Created: 1, Updated: 1, Rejected: 4}, *imp.Tally.Counts.Of(crm.Contact))
		same(t, "why", map[ledger.Code]int{ledger.Unique: 3, ledger.ParentNotCreated: 4}, imp.Tally.Rejected)
		same(t, "the account above", ledger.Above{Lost: ledger.Reject}, imp.Cursor.Above)
		for _, rec := range records(t, e, crm.Contact) {
			if rec.ParentID == account {
				t.Errorf("%s is in an account that was not created", rec.Values.Of("name"))
			}
		}
		const text = "account other has the same name, and the database allows each value only once (index one_name): change one of the two, or check whether they are duplicates"
		same(t, "text", text, changes[0][0].Problems[0].Text.String())
	})
}

// TestRefusedAndKilledAtEveryCall: whatever was refused has the same reason after a death, and nothing else is lost. INLET_TEST_DEEP plays each call.
func TestRefusedAndKilledAtEveryCall(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		w := refusing{"picky"}
		e := picky{fresh()}
		must(t, seeds.life(t.Context(), e, true))
		must(t, w.life(t.Context(), e))
		want := look(t, e)
		step := 4
		if os.Getenv("INLET_TEST_DEEP") != "" {
			step = 1
		}
		for i, after := range []bool{false, true} {
			for n := 1 + 2*i; ; n += step {
				e := picky{fresh()}
				must(t, seeds.life(t.Context(), e, true))
				f := &fault{at: n, after: after}
				if err := w.life(t.Context(), faulty{e, f}); err != nil && !errors.Is(err, errKilled) {
					t.Fatalf("killed at call %d (%s): %v", n, f.names[n-1], err)
				}
				must(t, w.life(t.Context(), e))
				same(t, fmt.Sprintf("killed at call %d (%s), after it: %t", n, last(f.names), after), want, look(t, e))
				if t.Failed() || !f.dead {
					break
				}
			}
		}
	})
}

// TestUniqueAcrossACrash: the reason that was noted before a crash is reported, although the other record is gone meanwhile.
func TestUniqueAcrossACrash(t *testing.T) {
	db := newDatabase(t)
	_, err := db.Collection("accounts").Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: bson.D{{Key: "org_number", Value: 1}},
		Options: options.Index().SetUnique(true).SetSparse(true).SetName("one_org")})
	must(t, err)
	_, err = db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID{7}}, {Key: "org_number", Value: "1"}})
	must(t, err)
	s := open(t, db.engine)
	s.Records.Label = func(inbox string, _ crm.Kind, _ string) string { return "Org. number of " + inbox }
	wanted := wants("unique", "unique")
	wanted.Inbox = "kunder"
	imp, err := s.Imports.Begin(t.Context(), wanted, false)
	must(t, err)
	r := row{&imp}
	outcomes := apply(t, s, &imp, r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Acme", "org_number", "1")),
		r.create(1, crm.Contact, r.id(1, crm.Account), vals("name", "Ann"))))
	same(t, "lost", []bool{true, true}, lost(outcomes))
	_, err = db.Collection("accounts").DeleteMany(t.Context(), bson.D{})
	must(t, err)
	must(t, open(t, db.engine).Hold(t.Context(), nothing)) // the next process: the rows are not at hand
	same(t, "what became of the rows", []string{fmt.Sprintf(`1 account reject UNIQUE "1" [%s]`, bson.ObjectID{7}.Hex()),
		fmt.Sprintf("1 contact reject ACCOUNT_NOT_CREATED %q []", r.id(1, crm.Account))}, changeLines(journal(t, s, imp.ID)[0]))
	if text := journal(t, s, imp.ID)[0][0].Problems[0].Text.String(); !strings.Contains(text, "has the same Org. number of kunder, ") {
		t.Errorf("it says %q", text)
	}
	if n := len(records(t, db.engine, crm.Account)) + len(records(t, db.engine, crm.Contact)); n > 0 {
		t.Errorf("%d records are there", n)
	}
}

// TestJournalInPieces: an entry that is too large for one document is read back, and a death anywhere in between does no harm.
func TestJournalInPieces(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		random := rand.New(rand.NewPCG(1, 2))
		noise := func() string {
			b := make([]byte, 900)
			for i := range b {
				b[i] = byte('a' + random.IntN(26))
			}
			return string(b)
		}
		notes := []string{noise(), noise(), noise(), noise()}
		life := func(e engine.Engine) error {
			s, err := store.New(t.Context(), e)
			if err != nil {
				return err
			}
			s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: 5 * time.Millisecond, Poll: time.Millisecond}
			s.Journal.PieceBytes = 500
			return s.Hold(t.Context(), func(ctx context.Context) error {
				imp, err := s.Imports.Begin(ctx, wants("long", "long"), false)
				if err != nil || imp.Batch == 1 {
					return err
				}
				r := row{&imp}
				var changes []ledger.Change
				for i, note := range notes {
					changes = append(changes, r.create(int64(i+1), crm.Account, "", vals("name", fmt.Sprint("Acme", i), "notes", note)))
				}
				_, err = s.Apply(ctx, &imp, r.batch(1, int64(len(notes)), changes...))
				return err
			})
		}
		for n := 1; ; n++ {
			e := fresh()
			f := &fault{at: n, after: n%2 == 0}
			if err := life(faulty{e, f}); err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			must(t, life(e))
			s := open(t, e)
			changes := journal(t, s, "long-1")
			if len(changes) != 1 || len(changes[0]) != len(notes) {
				t.Fatalf("killed at call %d (%s): the journal has %v", n, last(f.names), changes)
			}
			for i, c := range changes[0] {
				same(t, "the journal's notes", notes[i], c.After.Of("notes").Text())
			}
			one, err := s.Journal.Batch(t.Context(), "long-1", 1)
			must(t, err)
			same(t, "the batch by itself", changes[0], one)
			if entry := document(t, e, engine.Journal, "long-1/00000001.0"); entry["pieces"] == nil {
				t.Fatalf("the entry is in one piece: %v", entry)
			}
			if t.Failed() || !f.dead {
				return
			}
		}
	})
}
