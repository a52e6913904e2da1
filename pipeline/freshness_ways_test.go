package pipeline_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo"
)

// waysOfFreshness are those that every server has.
var waysOfFreshness = map[string]mongo.Collection{"compared": {}, "by time": {Changed: "updatedAt"}}

// importsRows runs an import that must end, and returns how many accounts it created and updated.
func (p *play) importsRows(name, rows string) (created, updated int) {
	p.Helper()
	rep, err := p.pipeline.Run(p.Context(), p.job(txtar.File{Name: name, Data: []byte("Företag,Ort\n" + rows)}))
	if err != nil || rep.Import.State != ledger.Done {
		p.Fatalf("%s: %s %s: %v", name, rep.Import.State, rep.Import.Why, err)
	}
	n := rep.Import.Tally.Counts.Of(crm.Account)
	return n.Created, n.Updated
}

// ours are the accounts that inlet creates in these tests, and theirs those of the application.
var (
	ours   = []string{"Alfa", "Beta", "Gamma"}
	theirs = []string{"Delta", "Epsilon", "Zeta"}
)

// own is what the application keeps in each document, and inlet leaves alone.
func own(name string) bson.D {
	return bson.D{{Key: "of", Value: name}, {Key: "list", Value: bson.A{int32(1), "två", nil}}, {Key: "deep", Value: bson.D{{Key: "price", Value: 2.5}}}}
}

// TestApplicationsWays: whatever way an application has of changing its documents, the next import finds each as it is, creates none of them once more, and
// loses nothing of what the application keeps there. By default each way is tried with one way of freshness.
func TestApplicationsWays(t *testing.T) {
	for n, name := range slices.Sorted(maps.Keys(editsOfApplications)) {
		for i, how := range slices.Sorted(maps.Keys(waysOfFreshness)) {
			if (n+i)%2 > 0 && os.Getenv("INLET_TEST_DEEP") == "" {
				continue
			}
			edit, collection := editsOfApplications[name], waysOfFreshness[how]
			t.Run(how+"/"+name, func(t *testing.T) {
				t.Parallel()
				p := newPlay(t, way{"mongo", 7, false}, "", mongo.Collections(map[crm.Kind]mongo.Collection{crm.Account: collection}))
				app := newOtherProgram(p)
				if created, _ := p.importsRows("first.csv", strings.Join(ours, ",Lund\n")+",Lund\n"); created != len(ours) {
					t.Fatalf("%d were created", created)
				}
				var docs []any
				for _, name := range theirs {
					docs = append(docs, bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "name", Value: name}, {Key: "updatedAt", Value: time.Now()}})
				}
				_, err := app.db.Collection("accounts").InsertMany(t.Context(), docs)
				must(0, err)
				for _, doc := range app.all("accounts") {
					app.update(bson.D{{Key: "_id", Value: doc["_id"]}}, bson.D{{Key: "$set", Value: bson.D{{Key: "app", Value: own(doc["name"].(string))}}}})
				}
				if created, updated := p.importsRows("second.csv", strings.ToUpper(strings.Join(theirs, ",Umeå\n"))+",Umeå\n"); created != 0 || updated != len(theirs) {
					t.Errorf("before the edit %d were created, %d updated", created, updated)
				}
				edit(app)
				var rows strings.Builder
				before := map[any]bson.M{}
				for i, doc := range app.all("accounts") {
					before[doc["_id"]] = doc
					fmt.Fprintf(&rows, "%s,Ort %d\n", strings.ToUpper(fmt.Sprint(doc["name"])), i)
				}
				if created, updated := p.importsRows("third.csv", rows.String()); created != 0 || updated != len(before) {
					t.Errorf("%d were created, %d of %d updated", created, updated, len(before))
				}
				app.kept(before)
			})
		}
	}
}

// editsOfApplications give all accounts other names, or nothing that matters, each in a way of its own.
var editsOfApplications = map[string]func(otherProgram){
	"$rename": func(a otherProgram) {
		for _, doc := range a.all("accounts") {
			a.update(bson.D{{Key: "_id", Value: doc["_id"]}}, bson.D{{Key: "$set", Value: bson.D{{Key: "label", Value: doc["name"].(string) + " Nya"}}}})
		}
		a.update(bson.D{}, bson.D{{Key: "$rename", Value: bson.D{{Key: "label", Value: "name"}}}})
	},
	"unset and set": func(a otherProgram) {
		docs := a.all("accounts")
		a.update(bson.D{}, bson.D{{Key: "$unset", Value: bson.D{{Key: "name", Value: ""}}}})
		for _, doc := range docs {
			a.update(bson.D{{Key: "_id", Value: doc["_id"]}}, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: doc["name"].(string) + " igen"}}}})
		}
	},
	"a number, then a list, then another number": func(a otherProgram) {
		for i, doc := range a.all("accounts") {
			for _, v := range []any{int32(i), bson.A{"x"}, int64(700 + i)} {
				a.update(bson.D{{Key: "_id", Value: doc["_id"]}}, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: v}}}})
			}
		}
	},
	"deleted and inserted under another _id": func(a otherProgram) {
		for _, doc := range a.all("accounts") {
			a.replaceAll([]any{doc["_id"]}, []bson.M{with(doc, "_id", bson.NewObjectID())})
		}
	},
	"deleted and inserted without what inlet keeps": func(a otherProgram) {
		for _, doc := range a.all("accounts") {
			next := with(doc, "name", doc["name"].(string)+" ny")
			delete(next, "_inlet")
			a.replaceAll([]any{doc["_id"]}, []bson.M{next})
		}
	},
	"names that change places": func(a otherProgram) {
		docs := a.all("accounts")
		a.rewrite("accounts", rotated(docs))
		a.update(bson.D{}, bson.D{})
	},
	"other case": func(a otherProgram) {
		for _, doc := range a.all("accounts") {
			a.update(bson.D{{Key: "_id", Value: doc["_id"]}}, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: strings.ToUpper(doc["name"].(string))}}}})
		}
	},
	"whole documents replaced": func(a otherProgram) {
		for _, doc := range a.all("accounts") {
			_, err := a.db.Collection("accounts").ReplaceOne(a.Context(), bson.D{{Key: "_id", Value: doc["_id"]}},
				bson.D{{Key: "updatedAt", Value: time.Now()}, {Key: "name", Value: doc["name"].(string) + " AB"}, {Key: "app", Value: doc["app"]}})
			must(0, err)
		}
	},
	"collection dropped and made again": func(a otherProgram) {
		docs := a.all("accounts")
		must(0, a.db.Collection("accounts").Drop(a.Context()))
		for _, doc := range docs {
			next := with(doc, "name", doc["name"].(string)+" åter")
			delete(next, "_inlet")
			a.replaceAll(nil, []bson.M{next})
		}
	},
	"another collection put in its place": func(a otherProgram) {
		for _, doc := range a.all("accounts") {
			_, err := a.db.Collection("loaded").InsertOne(a.Context(), bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "name", Value: doc["name"].(string) + " X"},
				{Key: "app", Value: doc["app"]}, {Key: "updatedAt", Value: time.Now()}})
			must(0, err)
		}
		must(0, a.db.Collection("accounts").Drop(a.Context()))
		must(0, a.db.Client().Database("admin").RunCommand(a.Context(), bson.D{{Key: "renameCollection", Value: a.db.Name() + ".loaded"}, {Key: "to", Value: a.db.Name() + ".accounts"}}).Err())
	},
	"indexes dropped": func(a otherProgram) {
		must(0, a.db.Collection("accounts").Indexes().DropAll(a.Context()))
		for _, doc := range a.all("accounts") {
			a.update(bson.D{{Key: "_id", Value: doc["_id"]}}, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: doc["name"].(string) + " utan"}}}})
		}
	},
}

// with returns a document in which one field is another.
func with(doc bson.M, field string, v any) bson.M {
	next := bson.M{}
	for name, v := range doc {
		next[name] = v
	}
	next[field] = v
	return next
}

// update changes documents, and when they were changed.
func (a otherProgram) update(filter, edit bson.D) {
	_, err := a.db.Collection("accounts").UpdateMany(a.Context(), filter, append(edit, bson.E{Key: "$currentDate", Value: bson.D{{Key: "updatedAt", Value: true}}}))
	must(0, err)
}

// replaceAll deletes documents and inserts others.
func (a otherProgram) replaceAll(ids []any, docs []bson.M) {
	for _, id := range ids {
		_, err := a.db.Collection("accounts").DeleteOne(a.Context(), bson.D{{Key: "_id", Value: id}})
		must(0, err)
	}
	for _, doc := range docs {
		_, err := a.db.Collection("accounts").InsertOne(a.Context(), with(doc, "updatedAt", time.Now()))
		must(0, err)
	}
}

// kept wants the documents that were there, each once, with all that inlet did not write.
func (a otherProgram) kept(before map[any]bson.M) {
	a.Helper()
	now := a.all("accounts")
	if len(now) != len(before) {
		a.Errorf("%d documents are there, and %d were", len(now), len(before))
	}
	for _, doc := range now {
		was := before[doc["_id"]]
		for name, v := range was {
			switch name {
			case "_inlet", "city", "modified", "created", "name": // the file has them
			default:
				if fmt.Sprintf("%#v", doc[name]) != fmt.Sprintf("%#v", v) {
					a.Errorf("%v: %s is %#v and was %#v", doc["_id"], name, doc[name], v)
				}
			}
		}
	}
}

// TestManyEditsDuringAnImport: an application writes to thousands of documents at once, again and again, while they are imported. No document is created
// once more, each has what the file says, and none of the application's writes is lost.
func TestManyEditsDuringAnImport(t *testing.T) {
	n := 1000
	if os.Getenv("INLET_TEST_DEEP") != "" {
		n = 5000
	}
	for how, collection := range waysOfFreshness {
		t.Run(how, func(t *testing.T) {
			p := newPlay(t, way{"mongo", 200, false}, "", mongo.Collections(map[crm.Kind]mongo.Collection{crm.Account: collection}))
			app := newOtherProgram(p)
			var docs []any
			var rows strings.Builder
			for i := range n {
				docs = append(docs, bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "name", Value: fmt.Sprintf("Kund %d", i)}, {Key: "n", Value: 0}, {Key: "updatedAt", Value: time.Now()}})
				fmt.Fprintf(&rows, "KUND %d,Ort\n", i)
			}
			_, err := app.db.Collection("accounts").InsertMany(t.Context(), docs)
			must(0, err)
			stop, writing, rounds := make(chan struct{}), sync.WaitGroup{}, 0
			writing.Go(func() { rounds = app.writes(stop, docs) })
			created, updated := p.importsRows("many.csv", rows.String())
			close(stop)
			writing.Wait()
			if created != 0 || updated != n || rounds == 0 {
				t.Errorf("%d were created, %d of %d updated, beside %d rounds", created, updated, n, rounds)
			}
			all := app.all("accounts")
			if len(all) != n {
				t.Errorf("%d documents are there, not %d", len(all), n)
			}
			for _, doc := range all {
				if fmt.Sprint(doc["n"]) != fmt.Sprint(rounds) || doc["city"] != "Ort" {
					t.Fatalf("%v, after %d rounds", doc, rounds)
				}
			}
			t.Logf("%d rounds of %d updates", rounds, n)
		})
	}
}

// writes counts in all documents, and changes the case of their names, in bulk until stop is closed. It returns how often.
func (a otherProgram) writes(stop chan struct{}, docs []any) (rounds int) {
	for ; ; rounds++ {
		var all []driver.WriteModel
		for i, doc := range docs {
			name := fmt.Sprintf("Kund %d", i)
			if rounds%2 == 0 {
				name = strings.ToLower(name)
			}
			all = append(all, driver.NewUpdateOneModel().SetFilter(bson.D{doc.(bson.D)[0]}).SetUpdate(bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}},
				{Key: "$set", Value: bson.D{{Key: "name", Value: name}, {Key: "updatedAt", Value: time.Now()}}}}))
		}
		select {
		case <-stop:
			return rounds
		default:
		}
		_, err := a.db.Collection("accounts").BulkWrite(a.Context(), all)
		must(0, err)
	}
}
