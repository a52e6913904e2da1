package pipeline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
)

// application is the database of a play as another program sees it.
func (p *play) application() *driver.Database {
	p.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(p.uri))
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { client.Disconnect(context.Background()) })
	return client.Database(p.uri[strings.LastIndex(p.uri, "/")+1:])
}

// index makes an index of the application's.
func (p *play) index(db *driver.Database, collection, name string, keys bson.D, o *options.IndexOptionsBuilder) {
	p.Helper()
	if _, err := db.Collection(collection).Indexes().CreateOne(p.Context(), driver.IndexModel{Keys: keys, Options: o.SetName(name)}); err != nil {
		p.Fatal(err)
	}
}

// became is what an import made of each part of its rows, a line each.
func (p *play) became(imp *ledger.Import) []string {
	p.Helper()
	var all []string
	for _, c := range p.changes(imp) {
		line := fmt.Sprintf("%d %s %s", c.Row, c.Kind, c.Action)
		for _, problem := range c.Problems {
			line += fmt.Sprintf(" %s %q", problem.Code, problem.Value)
		}
		all = append(all, line)
	}
	return all
}

const refusing = `columns: {Bolag: account.name, Orgnr: account.org_number, Ort: account.city, Person: contact.name, Mejl: contact.email}
match: {account: [name], contact: [email]}
fill_down: true
`

// TestUniqueIndexOfAnApplication: the account that a unique index refuses is rejected, and so is whatever was to be in it, in any batch. All else is
// imported; the rejected workbook has the rows; an undo gives the store as before; once the value is right the rows are imported.
func TestUniqueIndexOfAnApplication(t *testing.T) {
	for _, batch := range []int{1, 3, 100} {
		t.Run(fmt.Sprint(batch), func(t *testing.T) {
			p := newPlay(t, way{"mongo", batch, false}, "")
			db := p.application()
			p.index(db, "accounts", "one_org", bson.D{{Key: "org_number", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
			p.index(db, "contacts", "one_email", bson.D{{Key: "email", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
			p.remember(`a1 {"name": "Theirs", "org_number": "556016-0680"}
a2 {"name": "Gamma"}
c1 a2 {"name": "Cia", "email": "cia@exempel.se"}
`)
			before := p.inStore()
			imp := p.dropped("kunder.csv", `Bolag,Orgnr,Ort,Person,Mejl
Acme,556016-0680,Lund,Anna,anna@exempel.se
,,,Bo,bo@exempel.se
Acme,556016-0680,Lund,Dan,dan@exempel.se
Beta,,Malmö,Eva,eva@exempel.se
,,,Fia,cia@exempel.se
Gamma,556016-0680,,Cia,cia@exempel.se
Delta,,Lund,Gun,gun@exempel.se
`, refusing)
			if imp.State != ledger.Done {
				t.Fatalf("the import is %s: %s", imp.State, imp.Why)
			}
			var got []string
			for _, line := range p.became(&imp) {
				before, _, _ := strings.Cut(line, "ACCOUNT_NOT_CREATED")
				if before == line {
					before += "."
				}
				got = append(got, strings.TrimSuffix(before, "."))
			}
			taken := `UNIQUE "556016-0680"`
			want := []string{"2 account reject " + taken, "2 contact reject ", "3 contact reject ", "4 account reject " + taken, "4 contact reject ",
				"5 account create", "5 contact create", `6 contact reject ELSEWHERE "" UNIQUE "cia@exempel.se"`, "7 account reject " + taken, "7 contact unchanged",
				"8 account create", "8 contact create"}
			if batch == 1 { // row 3 is in a batch of its own: the row above it was rejected
				want[2] = `3 contact reject ACCOUNT_REQUIRED ""`
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			p.noOrphans()
			if imp.Tally.Counts.Of(crm.Account).Sum() != 5 || imp.Tally.Counts.Of(crm.Contact).Sum() != 7 {
				t.Errorf("rows are not conserved: %+v", imp.Tally)
			}
			if rows := rejectedRows(t, imp.Rejected); rows != 5 {
				t.Errorf("%d rows are in the rejected workbook", rows)
			}
			back := p.undoes(imp)
			if diff := cmp.Diff(before, p.inStore()); diff != "" {
				t.Errorf("undo by %s (-before +after):\n%s", back.ID, diff)
			}
		})
	}
}

// noOrphans wants each contact's account to be there.
func (p *play) noOrphans() {
	p.Helper()
	names := p.names()
	err := p.store.Records.Each(p.Context(), crm.Contact, func(rec crm.Record) error {
		if names[rec.ParentID] == "" {
			p.Errorf("%s is in the account %s, which is not there", rec.Values.Of("name"), rec.ParentID)
		}
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
}

func rejectedRows(t *testing.T, path string) int {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	n := -1 // the headings
	for rows, err := range book.Sheets[0].Rows(t.Context(), 100) {
		if err != nil {
			t.Fatal(err)
		}
		n += len(rows)
	}
	return n
}

// TestUniqueIndexAndARace: another program creates the same account between look-up and write. It is found when the row is matched again, and a
// contact that was to be in the one that was not created is not left without an account.
func TestUniqueIndexAndARace(t *testing.T) {
	p := newPlay(t, way{"mongo", 100, false}, "")
	db := p.application()
	p.dropped("first.csv", "Bolag,Orgnr,Ort,Person,Mejl\nAcme,,,Ann,ann@exempel.se\n", refusing)
	var acme bson.D
	if err := db.Collection("accounts").FindOneAndDelete(t.Context(), bson.D{{Key: "name", Value: "Acme"}}).Decode(&acme); err != nil {
		t.Fatal(err)
	}
	p.index(db, "accounts", "one_org", bson.D{{Key: "org_number", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
	p.pipeline.Store.Writer = &watched{Store: p.store, matched: func(*ledger.Batch) {}, write: func(b *ledger.Batch) error {
		if b.Try == 0 {
			_, err := db.Collection("accounts").InsertOne(t.Context(), append(acme, bson.E{Key: "org_number", Value: "556016-0680"}))
			return err
		}
		return nil
	}}
	imp := p.dropped("kunder.csv", "Bolag,Orgnr,Ort,Person,Mejl\nAcme,556016-0680,Lund,Bo,bo@exempel.se\n,,,Cia,cia@exempel.se\n", refusing)
	var got []string
	for _, line := range p.became(&imp) {
		before, _, _ := strings.Cut(line, " \"")
		got = append(got, before)
	}
	if diff := cmp.Diff([]string{"2 account update", "2 contact create", "3 contact reject ACCOUNT_NOT_CREATED"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	p.noOrphans()
}

// TestUndoMeetsAUniqueIndex: what an undo cannot put back has the reason, and the rest is put back.
func TestUndoMeetsAUniqueIndex(t *testing.T) {
	p := newPlay(t, way{"mongo", 100, false}, "")
	db := p.application()
	p.remember(`a1 {"name": "Acme", "org_number": "556016-0680", "city": "Lund"}`)
	first := p.dropped("kunder.csv", "Bolag,Orgnr\nAcme,556703-7485\nBeta,\n", "columns: {Bolag: account.name, Orgnr: account.org_number}\nmatch: {account: [name]}\n")
	p.index(db, "accounts", "one_org", bson.D{{Key: "org_number", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
	if _, err := db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID{9}}, {Key: "org_number", Value: "556016-0680"}}); err != nil {
		t.Fatal(err)
	}
	rep, err := p.pipeline.Undo(t.Context(), pipeline.Job{}, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"3 account remove", `2 account reject UNIQUE "556016-0680"`}
	if diff := cmp.Diff(want, p.became(&rep.Import)); diff != "" {
		t.Errorf("undo (-want +got):\n%s", diff)
	}
}

// TestForeignValuesInMappedFields: they are named, row by row, and the other rows are imported.
func TestForeignValuesInMappedFields(t *testing.T) {
	p := newPlay(t, way{"mongo", 100, false}, "")
	db := p.application()
	for i, doc := range []bson.D{
		{{Key: "name", Value: "Acme"}, {Key: "city", Value: bson.D{{Key: "sv", Value: "Lund"}}}},
		{{Key: "name", Value: "Beta"}, {Key: "revenue", Value: math.NaN()}},
		{{Key: "name", Value: "Gamma"}, {Key: "_inlet", Value: nil}},
		{{Key: "name", Value: "Delta"}, {Key: "_inlet", Value: "theirs"}},
	} {
		if _, err := db.Collection("accounts").InsertOne(t.Context(), append(bson.D{{Key: "_id", Value: bson.ObjectID{byte(i + 1)}}}, doc...)); err != nil {
			t.Fatal(err)
		}
	}
	imp := p.dropped("kunder.csv", "Bolag,Ort,Oms\nAcme,Lund,7\nBeta,Lund,7\nGamma,Lund,7\n",
		"columns: {Bolag: account.name, Ort: account.city, Oms: account.revenue}\nmatch: {account: [name]}\n")
	want := []string{`2 account reject FOREIGN_VALUE ""`, `3 account reject FOREIGN_VALUE ""`, "4 account update"}
	if diff := cmp.Diff(want, p.became(&imp)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestOldAndNewValuesOverTheLimit: a small file shortens so many long texts that old and new values together are more than a document holds. It is
// imported, and undone.
func TestOldAndNewValuesOverTheLimit(t *testing.T) {
	const accounts, long = 800, 28_000
	p := newPlay(t, way{"mongo", 1000, false}, "")
	random := rand.New(rand.NewPCG(1, 2))
	docs := make([]bson.D, accounts)
	var rows strings.Builder
	rows.WriteString("Bolag,Anteckning\n")
	for i := range docs {
		note := make([]byte, long)
		for j := range note {
			note[j] = byte('#' + random.IntN(90)) // hardly to be compressed
		}
		docs[i] = bson.D{{Key: "name", Value: fmt.Sprint("Bolag ", i)}, {Key: "notes", Value: string(note)}}
		fmt.Fprintf(&rows, "Bolag %d,kort\n", i)
	}
	db := p.application()
	if _, err := db.Collection("accounts").InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	imp := p.dropped("kunder.csv", rows.String(), "columns: {Bolag: account.name, Anteckning: account.notes}\nmatch: {account: [name]}\n")
	if imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Updated != accounts || imp.Batch != 1 {
		t.Fatalf("the import is %s: %s %+v", imp.State, imp.Why, imp.Tally)
	}
	pieces, err := db.Collection("inlet_journal").CountDocuments(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$regex", Value: "^pieces/"}}}})
	if err != nil || pieces < 2 {
		t.Errorf("the journal has %d pieces: %v", pieces, err)
	}
	if _, err := p.pipeline.Undo(t.Context(), pipeline.Job{}, imp.ID); err != nil {
		t.Fatal(err)
	}
	var doc bson.D
	if err := db.Collection("accounts").FindOne(t.Context(), bson.D{{Key: "name", Value: "Bolag 7"}}).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(doc[2].Value); doc[2].Value != docs[7][1].Value {
		t.Errorf("the note after the undo is %.40s", got)
	}
}

// TestIndexOfAnApplicationTakesNoText: the rows that it is about are rejected, and the next file is imported.
func TestIndexOfAnApplicationTakesNoText(t *testing.T) {
	p := newPlay(t, way{"mongo", 2, false}, "")
	p.index(p.application(), "accounts", "near", bson.D{{Key: "city", Value: "2dsphere"}}, options.Index())
	imp := p.dropped("kunder.csv", "Bolag,Ort\nAcme,Lund\nBeta,\nGamma,Lund\nDelta,\n", "columns: {Bolag: account.name, Ort: account.city}\nmatch: {account: [name]}\n")
	want := []string{`2 account reject REFUSED_BY_STORE "Lund"`, "3 account create", `4 account reject REFUSED_BY_STORE "Lund"`, "5 account create"}
	if diff := cmp.Diff(want, p.became(&imp)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if filepath.Base(imp.Rejected) != "kunder.rejected.xlsx" {
		t.Errorf("rejected are %q", imp.Rejected)
	}
}
