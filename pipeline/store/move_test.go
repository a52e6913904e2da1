package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/move"
)

// between runs a test for each pair of engines; each call of from and to returns an empty one.
func between(t *testing.T, test func(t *testing.T, from, to func() engine.Engine)) {
	t.Parallel()
	makers := map[string]func(*testing.T) func() engine.Engine{
		"sqlite": func(t *testing.T) func() engine.Engine { return func() engine.Engine { return onSQLite(t) } },
		"mongo": func(t *testing.T) func() engine.Engine {
			db := newDatabase(t)
			return func() engine.Engine {
				db.clear(t)
				return db.engine
			}
		},
	}
	for from, makesFrom := range makers {
		for to, makesTo := range makers {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				test(t, makesFrom(t), makesTo(t))
			})
		}
	}
}

// moves is a process that moves a store.
func moves(ctx context.Context, from, to engine.Engine, edit ...func(*move.Input)) (move.Comparison, error) {
	s, err := store.New(ctx, from)
	if err != nil {
		return nil, err
	}
	s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: 5 * time.Millisecond, Poll: time.Millisecond}
	in := move.Input{From: from, To: to, Name: "the source", Hold: func(ctx context.Context, do func(context.Context) error) error {
		return s.Lease.Do(ctx, func(context.Context) error { return nil }, do)
	}}
	for _, e := range edit {
		e(&in)
	}
	return move.Run(ctx, in)
}

// interrupted leaves works in a store with its second batch in the journal and half of its records written.
func interrupted(t *testing.T, e engine.Engine) {
	t.Helper()
	must(t, seeds.life(t.Context(), e, true))
	f := &fault{}
	writes := 0
	f.before = func(name string) {
		if name == "write" {
			if writes++; writes == 6 {
				f.at = f.calls + 1
			}
		}
	}
	if err := works.life(t.Context(), faulty{e, f}, true); !errors.Is(err, errKilled) {
		t.Fatalf("not killed: %v", err)
	}
}

// TestMoveOfAnInterruptedImport: it continues in the target to the same end, and the source is as it was.
func TestMoveOfAnInterruptedImport(t *testing.T) {
	between(t, func(t *testing.T, from, to func() engine.Engine) {
		whole := onSQLite(t)
		must(t, seeds.life(t.Context(), whole, true))
		must(t, works.life(t.Context(), whole, true))
		source, target := from(), to()
		interrupted(t, source)
		before := look(t, source)
		c, err := moves(t.Context(), source, target)
		must(t, err)
		if !c.Equal() || len(c) < 7 || c[0].From.Count == 0 {
			t.Errorf("compared: %+v", c)
		}
		same(t, "the source", before, look(t, source))
		same(t, "the target", before, look(t, target))
		must(t, works.life(t.Context(), target, true))
		same(t, "continued in the target", look(t, whole), look(t, target))
		imp, err := open(t, target).Imports.Begin(t.Context(), wants("work", "again"), false)
		must(t, err)
		same(t, "the same again in the target", "work-1", imp.Original())
		if _, err := moves(t.Context(), source, target); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("moved once more: %v", err)
		}
	})
}

// TestMoveKilledAtEachCall kills the process before and after each of its calls to the target. The next one continues.
func TestMoveKilledAtEachCall(t *testing.T) {
	between(t, func(t *testing.T, from, to func() engine.Engine) {
		source := from()
		interrupted(t, source)
		want := look(t, source)
		step := 1
		if e := to(); os.Getenv("INLET_TEST_DEEP") == "" && !e.Capabilities().Transactions {
			step = 9
		}
		for _, after := range []bool{false, true} {
			for n := 1; ; n += step {
				target := to()
				f := &fault{at: n, after: after}
				_, err := moves(t.Context(), source, faulty{target, f})
				if err != nil && !errors.Is(err, errKilled) {
					t.Fatalf("killed at call %d (%s): %v", n, last(f.names), err)
				}
				what := fmt.Sprintf("killed at call %d (%s), after it: %t", n, last(f.names), after)
				_, opened := store.New(t.Context(), target)
				began, _ := move.Unfinished(t.Context(), target)
				if (opened == nil) != (began == "") {
					t.Errorf("%s: the move of %q is unfinished, and opening the target gives: %v", what, began, opened)
				}
				if began == "" && err != nil {
					continue // nothing was written, or all of it
				}
				if f.dead {
					c, err := moves(t.Context(), source, target)
					must(t, err)
					if !c.Equal() {
						t.Errorf("%s: %+v", what, c)
					}
				}
				same(t, what, want, look(t, target))
				if t.Failed() || !f.dead {
					break
				}
			}
		}
	})
}

// TestMoveOfMany moves 20,000 records from one engine to the other and back, with an interruption between two pages.
func TestMoveOfMany(t *testing.T) {
	t.Parallel()
	const many = 20_000
	db := newDatabase(t)
	source, back := onSQLite(t), onSQLite(t)
	must(t, seeds.life(t.Context(), source, true))
	must(t, open(t, source).Index.Use(t.Context(), rules))
	for first := int64(0); first < many; first += 2000 {
		var writes []engine.Write
		for i := first; i < first+2000; i++ {
			w := engine.Write{New: true, ID: fmt.Sprintf("%024x", i+1), Seq: 9<<36 + i, Mark: i + 1, Set: vals("name", fmt.Sprint("n", i)), At: at.Add(time.Duration(i/100) * time.Second)}
			writes = append(writes, w)
		}
		_, err := source.Write(t.Context(), crm.Account, writes)
		must(t, err)
	}
	stopped := errors.New("stopped")
	shown := 0
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := moves(ctx, source, db.engine, func(in *move.Input) {
		in.Progress = func(done, total int) {
			if shown = done; done > total/2 {
				cancel(stopped)
			}
		}
	})
	if err == nil || shown <= many/2 || shown == many {
		t.Fatalf("after %d: %v", shown, err)
	}
	first := 0
	c, err := moves(t.Context(), source, db.engine, func(in *move.Input) {
		in.Progress = func(done, total int) {
			if first == 0 {
				first = done
			}
			if shown = done; total != many+7 {
				t.Errorf("%d of %d", done, total)
			}
		}
	})
	must(t, err)
	if !c.Equal() || c[0].To.Count != many+4 || first <= many/2 || shown != many+7 {
		t.Errorf("%+v; it continued at %d", c, first)
	}
	c, err = moves(t.Context(), db.engine, back)
	must(t, err)
	if !c.Equal() {
		t.Errorf("back: %+v", c)
	}
	for _, e := range []engine.Engine{db.engine, back} { // keys are made anew
		rec, ok := byName.Key("", vals("name", "Gamma"))
		found, err := e.Find(t.Context(), crm.Account, []int64{rec.Hash})
		if must(t, err); !ok || len(found) != 1 {
			t.Errorf("found are %v", found)
		}
	}
}

// foreigners are documents that no record can hold whole.
var foreigners = []any{
	bson.D{{Key: "_id", Value: int32(7)}, {Key: "name", Value: "Seven"}, {Key: "phone", Value: nil}, {Key: "address", Value: bson.D{{Key: "zip", Value: "1"}}}},
	bson.D{{Key: "_id", Value: "x"}, {Key: "name", Value: "Ex"}, {Key: "photo", Value: bson.Binary{Data: []byte{1}}}, {Key: "created", Value: "yesterday"}},
	bson.D{{Key: "_id", Value: bson.D{{Key: "a", Value: 1}}}, {Key: "name", Value: "no record"}},
	bson.D{{Key: "_id", Value: bson.NewObjectIDFromTimestamp(at)}, {Key: "name", Value: "Plain"}, {Key: "modified", Value: bson.NewDateTimeFromTime(at)}, {Key: "tags", Value: bson.A{}}},
	bson.D{{Key: "_id", Value: "y"}, {Key: "_inlet", Value: bson.D{{Key: "seq", Value: "theirs"}}}, {Key: "name", Value: "Y"}},
}

func TestMoveOfForeignValues(t *testing.T) {
	t.Parallel()
	db, other := newDatabase(t), newDatabase(t)
	must(t, seeds.life(t.Context(), db.engine, true))
	_, err := db.Collection("accounts").InsertMany(t.Context(), foreigners)
	must(t, err)
	target := onSQLite(t)
	_, err = moves(t.Context(), db.engine, target)
	foreign, ok := errors.AsType[move.ForeignError](err)
	if want := (move.ForeignError{"account address (object)": 1, "account photo (binary)": 1, "account created (string)": 1, "account _id (object)": 1}); !ok || fmt.Sprint(foreign) != fmt.Sprint(want) {
		t.Errorf("refused: %v", err)
	}
	c, err := moves(t.Context(), db.engine, target, func(in *move.Input) { in.LeaveOut = true })
	must(t, err)
	var names []string
	for _, rec := range records(t, target, crm.Account) {
		names = append(names, rec.ID[:min(4, len(rec.ID))]+" "+rec.Values.Of("name").Text())
	}
	if !c.Equal() || len(names) != 4+4 || names[0] != "7 Seven" || names[1] != "x Ex" || names[2] != "y Y" || !strings.HasSuffix(names[3], " Plain") {
		t.Errorf("%+v, %q", c, names)
	}
	c, err = moves(t.Context(), db.engine, other.engine)
	must(t, err)
	if !c.Equal() || c[0].To.Count != 9 {
		t.Errorf("to another database of the same kind: %+v", c)
	}
	same(t, "its documents", raws(t, db), raws(t, other))
}

// raws returns the bytes of all accounts, by their _id.
func raws(t *testing.T, db database) map[string]string {
	t.Helper()
	found, err := db.Collection("accounts").Find(t.Context(), bson.D{})
	must(t, err)
	all := map[string]string{}
	for found.Next(t.Context()) {
		all[found.Current.Lookup("_id").String()] = string(found.Current)
	}
	must(t, found.Err())
	return all
}

// TestMoveNoticesADifference: the move stays unfinished, and the target closed.
func TestMoveNoticesADifference(t *testing.T) {
	t.Parallel()
	source, target := onSQLite(t), onSQLite(t)
	must(t, seeds.life(t.Context(), source, true))
	c, err := moves(t.Context(), source, target, func(in *move.Input) {
		in.Progress = func(done, _ int) {
			if done == 4 { // accounts are copied
				_, err := source.Write(t.Context(), crm.Account, []engine.Write{{New: true, ID: "ff", Seq: 1, Mark: 1, At: at}})
				must(t, err)
			}
		}
	})
	must(t, err)
	if c.Equal() || c[0].From.Count != 5 || c[0].To.Count != 4 {
		t.Errorf("compared: %+v", c)
	}
	if _, err := store.New(t.Context(), target); err == nil || !strings.Contains(err.Error(), "unfinished move of the source") {
		t.Errorf("the target is opened: %v", err)
	}
	if _, err := moves(t.Context(), source, target, func(in *move.Input) { in.Name = "another" }); err == nil || !strings.Contains(err.Error(), "part of a move of the source") {
		t.Errorf("another store is moved to it: %v", err)
	}
}

// TestMoveOfAStoreInUse names the process that imports.
func TestMoveOfAStoreInUse(t *testing.T) {
	t.Parallel()
	source, target := onSQLite(t), onSQLite(t)
	must(t, seeds.life(t.Context(), source, true))
	s := open(t, source)
	s.Lease.Process.Host = "db1"
	must(t, s.Hold(t.Context(), func(context.Context) error {
		other := open(t, source)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := move.Run(ctx, move.Input{From: source, To: target, Name: "it", Hold: other.Hold})
		if err == nil || !strings.Contains(err.Error(), "db1") {
			t.Errorf("moved while another process imports: %v", err)
		}
		return nil
	}))
	var imp ledger.Import
	if ok, err := engine.LoadInto(t.Context(), target, engine.Imports, "seed-1", &imp); ok || err != nil {
		t.Errorf("something was moved: %v, %v", imp, err)
	}
}
