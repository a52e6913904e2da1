package pipeline_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo"
)

// otherProgram is another program with the database of a play.
type otherProgram struct {
	*testing.T
	db *driver.Database
}

func newOtherProgram(p *play) otherProgram {
	p.Helper()
	o := options.Client().ApplyURI(p.uri)
	client, err := driver.Connect(o)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { client.Disconnect(context.Background()) })
	return otherProgram{p.T, client.Database(p.uri[strings.LastIndexByte(p.uri, '/')+1:])}
}

func (a otherProgram) all(collection string) []bson.M {
	found, err := a.db.Collection(collection).Find(a.Context(), bson.D{})
	var docs []bson.M
	if err == nil {
		err = found.All(a.Context(), &docs)
	}
	if err != nil {
		panic(err) // not the test's goroutine
	}
	return docs
}

// TestOracleAmidEdits has the application rewrite all records between what their keys were made of and the beginning of the import: each import of the
// trials of TestOracle gives what the oracle makes of the records as they are then.
func TestOracleAmidEdits(t *testing.T) {
	n := int64(4)
	if os.Getenv("INLET_TEST_DEEP") != "" {
		n = 300
	}
	for seed := range n {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := newTrial(seed)
			c.engine = "mongo"
			c.prepare = func(p *play) { p.pipeline.Store.Index = &rewriting{p.store.Index, newOtherProgram(p)} }
			if diff := c.differs(t); diff != "" {
				t.Fatalf("seed %d, in batches of %d\n%s%s-- rows.csv --\n%s%s", seed, c.batch, c.records(), c.sidecar(), c.file(), diff)
			}
		})
	}
}

// rewriting is an index of which all keys are made of what the records do not hold any more when it is used.
type rewriting struct {
	pipeline.Index
	app otherProgram
}

func (r *rewriting) Use(ctx context.Context, rules []crm.Rule) error {
	was := map[string][]bson.M{}
	for _, kind := range crm.Kinds {
		was[kind.Plural()] = r.app.all(kind.Plural())
		r.app.rewrite(kind.Plural(), rotated(was[kind.Plural()]))
	}
	if err := r.Index.Use(ctx, rules); err != nil {
		return err
	}
	for collection, docs := range was {
		r.app.rewrite(collection, docs)
	}
	return r.Index.Use(ctx, rules)
}

// rewrite gives documents what these have, and leaves each its _inlet.
func (a otherProgram) rewrite(collection string, docs []bson.M) {
	own := map[any]any{}
	for _, doc := range a.all(collection) {
		own[doc["_id"]] = doc["_inlet"]
	}
	for _, doc := range docs {
		with := bson.M{}
		for name, v := range doc {
			with[name] = v
		}
		if with["_inlet"] = own[doc["_id"]]; with["_inlet"] == nil {
			delete(with, "_inlet")
		}
		if _, err := a.db.Collection(collection).ReplaceOne(a.Context(), bson.D{{Key: "_id", Value: doc["_id"]}}, with); err != nil {
			panic(err)
		}
	}
}

// rotated gives each document what the one before has.
func rotated(docs []bson.M) []bson.M {
	all := make([]bson.M, len(docs))
	for i, doc := range docs {
		all[i] = bson.M{}
		for name, v := range docs[(i+1)%len(docs)] {
			all[i][name] = v
		}
		all[i]["_id"] = doc["_id"]
	}
	return all
}

// TestWriterBesideImports has an application rename, create and remove accounts at random, and count in a field of its own, while imports run. No
// account that stood there when an import began, and kept its name until it ended, is created once more by it; and no count is lost.
func TestWriterBesideImports(t *testing.T) {
	imports := 8
	if os.Getenv("INLET_TEST_DEEP") != "" {
		imports = 100
	}
	for how, collection := range map[string]mongo.Collection{"compared": {}, "by time": {Changed: "updatedAt"}} {
		t.Run(how, func(t *testing.T) {
			p := newPlay(t, way{"mongo", 7, false}, "", mongo.Collections(map[crm.Kind]mongo.Collection{crm.Account: collection}))
			w := &editor{otherProgram: newOtherProgram(p), chance: rand.New(rand.NewSource(1)), names: map[string]name{}, counts: map[bson.ObjectID]int{}}
			for range 40 {
				w.insert()
			}
			stop, writing := make(chan struct{}), sync.WaitGroup{}
			writing.Go(func() { w.run(stop) })
			chance := rand.New(rand.NewSource(2))
			found := 0
			for i := range imports {
				stood := w.stand()
				var rows strings.Builder
				rows.WriteString("Företag,Ort\n")
				for range 30 {
					fmt.Fprintf(&rows, "%s,Ort %d\n", strings.ToUpper(w.name(chance)), i)
				}
				rep, err := p.pipeline.Run(t.Context(), p.job(txtar.File{Name: fmt.Sprintf("%d.csv", i), Data: []byte(rows.String())}))
				if err != nil || rep.Import.State != ledger.Done {
					t.Fatalf("import %d: %s %s: %v", i, rep.Import.State, rep.Import.Why, err)
				}
				still := w.stand()
				for _, change := range p.changes(&rep.Import) {
					if change.Kind != crm.Account {
						continue
					}
					n := strings.ToLower(change.After.Of("name").Text())
					was, then := stood[n]
					switch is := still[n]; {
					case change.Action == ledger.Update:
						found++
					case change.Action == ledger.Create && change.Rule == "A7": // an earlier import and the application have both made one
					case change.Action == ledger.Create && then && is == was:
						t.Errorf("import %d creates %q, which stood there", i, n)
					}
				}
			}
			close(stop)
			writing.Wait()
			w.check()
			if found < imports {
				t.Errorf("%d accounts were found: too few to tell", found)
			}
			t.Logf("%d edits beside %d imports; %d accounts were found", w.edits, imports, found)
		})
	}
}

// editor is an application that writes at random, and knows what it wrote.
type editor struct {
	otherProgram
	chance *rand.Rand

	mu     sync.Mutex
	names  map[string]name // of the accounts of its own, which are each there once
	counts map[bson.ObjectID]int
	edits  int
}

// name is whose a name is, and since which edit.
type name struct {
	id   bson.ObjectID
	edit int
}

func (w *editor) accounts() *driver.Collection { return w.db.Collection("accounts") }

// name returns one of a few hundred.
func (w *editor) name(chance *rand.Rand) string { return fmt.Sprintf("company %d", chance.Intn(200)) }

// stand returns the names that stand in the database now.
func (w *editor) stand() map[string]name {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[string]name{}
	for n, is := range w.names {
		all[n] = is
	}
	return all
}

func (w *editor) run(stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		switch w.chance.Intn(10) {
		case 0, 1:
			w.insert()
		case 2:
			w.remove()
		case 3, 4, 5, 6:
			w.rename()
		default:
			w.count()
		}
	}
}

// insert, and its like, note what is done after it was acknowledged.
func (w *editor) insert() {
	n := w.name(w.chance)
	if _, taken := w.names[n]; taken {
		return
	}
	id := bson.NewObjectID()
	_, err := w.accounts().InsertOne(w.Context(), bson.D{{Key: "_id", Value: id}, {Key: "name", Value: n}, {Key: "app", Value: bson.D{{Key: "n", Value: 0}}}, {Key: "updatedAt", Value: time.Now()}})
	w.done(err, func() { w.names[n], w.counts[id] = name{id, w.edits}, 0 })
}

func (w *editor) rename() {
	old, id := w.some()
	n := w.name(w.chance)
	if _, taken := w.names[n]; taken || old == "" {
		return
	}
	w.done(nil, func() { delete(w.names, old) }) // from here on it may be either
	_, err := w.accounts().UpdateByID(w.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: n}, {Key: "updatedAt", Value: time.Now()}}}})
	w.done(err, func() { w.names[n] = name{id, w.edits} })
}

func (w *editor) remove() {
	old, id := w.some()
	if len(w.names) < 20 {
		return
	}
	w.done(nil, func() { delete(w.names, old); delete(w.counts, id) })
	_, err := w.accounts().DeleteOne(w.Context(), bson.D{{Key: "_id", Value: id}})
	w.done(err, func() {})
}

func (w *editor) count() {
	old, id := w.some()
	if old == "" {
		return
	}
	_, err := w.accounts().UpdateByID(w.Context(), id, bson.D{{Key: "$inc", Value: bson.D{{Key: "app.n", Value: 1}}}, {Key: "$set", Value: bson.D{{Key: "updatedAt", Value: time.Now()}}}})
	w.done(err, func() { w.counts[id]++ })
}

func (w *editor) some() (string, bson.ObjectID) {
	var all []string
	for n := range w.names {
		all = append(all, n)
	}
	slices.Sort(all)
	if len(all) == 0 {
		return "", bson.ObjectID{}
	}
	n := all[w.chance.Intn(len(all))]
	return n, w.names[n].id
}

func (w *editor) done(err error, note func()) {
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.edits++
	note()
}

// check looks whether every count is what the application made it.
func (w *editor) check() {
	w.Helper()
	is := map[any]any{}
	for _, doc := range w.all("accounts") {
		if app, ok := doc["app"].(bson.D); ok {
			is[doc["_id"]] = fmt.Sprint(app[0].Value)
		}
	}
	for id, n := range w.counts {
		if is[id] != fmt.Sprint(n) {
			w.Errorf("the count of %s is %v and was %d", id.Hex(), is[id], n)
		}
	}
}
