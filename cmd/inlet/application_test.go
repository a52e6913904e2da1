package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// application is a database in which an application keeps customers and people, with names and IDs of its own.
type application struct {
	*testing.T
	*mongo.Database
	uri, dir string
	n        int // customers, and people
}

// newApplication fills a database. Of four customers one has a text, one a number, one an ObjectId and one a UUID as its _id.
func newApplication(t *testing.T, n int) *application {
	t.Helper()
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/inlet_test_" + rand.Text()[:12]
	client, err := mongo.Connect(options.Client().ApplyURI(server))
	if err != nil {
		t.Fatal(err)
	}
	a := &application{t, client.Database(u.Path[1:]), u.String(), t.TempDir(), n}
	t.Cleanup(func() {
		ctx := context.Background()
		if err := a.Drop(ctx); err != nil {
			t.Error(err)
		}
		client.Disconnect(ctx)
	})
	for _, name := range []string{"customers", "people"} {
		_, err := a.Collection(name).Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "mail", Value: 1}}, Options: options.Index().SetName("one_mail").SetUnique(true).SetSparse(true)})
		if err != nil {
			t.Fatal(err)
		}
	}
	var customers, people []any
	for i := range n {
		customers, people = append(customers, customer(i)), append(people, person(i))
		if len(people) == 1000 || i == n-1 {
			_, err := a.Collection("customers").InsertMany(t.Context(), customers)
			if err == nil {
				_, err = a.Collection("people").InsertMany(t.Context(), people)
			}
			if err != nil {
				t.Fatal(err)
			}
			customers, people = nil, nil
		}
	}
	return a
}

func customerID(i int) any {
	switch i % 4 {
	case 0:
		return fmt.Sprintf("c-%d", i)
	case 1:
		return int32(i)
	case 2:
		return bson.ObjectID{1, 2, 3, byte(i >> 16), byte(i >> 8), byte(i)}
	}
	uuid := make([]byte, 16)
	binary.BigEndian.PutUint64(uuid, uint64(i)*0x9e3779b97f4a7c15)
	return bson.Binary{Subtype: 4, Data: uuid}
}

func customer(i int) bson.D {
	return bson.D{{Key: "_id", Value: customerID(i)}, {Key: "name", Value: fmt.Sprintf("nick %d", i)}, {Key: "companyName", Value: fmt.Sprintf("Kund %d", i)},
		{Key: "mail", Value: fmt.Sprintf("info%d@exempel.se", i)}, {Key: "created", Value: "by hand"}, {Key: "modified", Value: nil}, {Key: "city", Value: bson.A{1, 2.5}},
		{Key: "address", Value: bson.D{{Key: "geo", Value: bson.A{59.3, 18.1}}, {Key: "street", Value: fmt.Sprintf("Storgatan %d", i)}, {Key: "zip", Value: "211 20"}, {Key: "city", Value: "Malmö"}, {Key: "note", Value: nil}}},
		{Key: "flags", Value: bson.D{{Key: "vip", Value: i%7 == 0}, {Key: "logo", Value: []byte{1, byte(i)}}}}, {Key: "__v", Value: int32(i)}}
}

func person(i int) bson.D {
	return bson.D{{Key: "_id", Value: bson.ObjectID{9, 9, 9, byte(i >> 16), byte(i >> 8), byte(i)}}, {Key: "customerId", Value: customerID(i)}, {Key: "fullName", Value: fmt.Sprintf("Anna %d", i)},
		{Key: "mail", Value: fmt.Sprintf("anna%d@exempel.se", i)}, {Key: "job", Value: bson.D{{Key: "room", Value: i}, {Key: "title", Value: "Chef"}}}, {Key: "title", Value: bson.D{{Key: "sv", Value: "Fru"}}}}
}

// document is a document without what inlet adds, and without what the file of the test changes of it.
type document struct{ all, foreign string }

// documents returns those of a collection by their _ids.
func (a *application) documents(collection string) map[string]document {
	a.Helper()
	found, err := a.Collection(collection).Find(a.Context(), bson.D{}, options.Find().SetBatchSize(10_000))
	if err != nil {
		a.Fatal(err)
	}
	defer found.Close(context.Background())
	all := map[string]document{}
	for found.Next(a.Context()) {
		var doc bson.D
		if err := bson.Unmarshal(found.Current, &doc); err != nil {
			a.Fatal(err)
		}
		doc = without(doc, "_inlet")
		id := found.Current.Lookup("_id")
		d := document{all: a.bytes(doc)}
		for i, e := range doc {
			if inner, ok := e.Value.(bson.D); ok && (e.Key == "address" || e.Key == "job") {
				doc[i].Value = without(without(slices.Clone(inner), "city"), "title")
			}
		}
		d.foreign = a.bytes(without(doc, "created_at"))
		all[string(id.Type)+string(id.Value)] = d
	}
	if err := found.Err(); err != nil {
		a.Fatal(err)
	}
	return all
}

func (a *application) bytes(doc bson.D) string {
	raw, err := bson.Marshal(doc)
	if err != nil {
		a.Fatal(err)
	}
	return string(raw)
}

func without(doc bson.D, name string) bson.D {
	return slices.DeleteFunc(doc, func(e bson.E) bool { return e.Key == name })
}

// inlet runs a command, and wants this exit code.
func (a *application) inlet(want exitcode.Code, args ...string) string {
	a.Helper()
	var out, errs bytes.Buffer
	if code := run(a.Context(), append(args, "--config", filepath.Join(a.dir, "inlet.yaml")), &out, &errs); code != want {
		a.Fatalf("inlet %s: exit code %d, not %d\n%s%s", strings.Join(args, " "), code, want, out.String(), errs.String())
	}
	return out.String()
}

func (a *application) file(name, content string) string {
	a.Helper()
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		a.Fatal(err)
	}
	return path
}

const configOfApplication = `
store:
  uri: %q
  collections:
    account: {name: customers, created: created_at, modified: "-", fields: {name: companyName, email: mail, address: address.street, zip: address.zip, city: address.city}}
    contact: {name: people, account: customerId, created: "-", modified: "-", fields: {name: fullName, email: mail, title: job.title}}
`

// rowsOfApplication are existing customers with a new town and title, new ones, new ones whose address another one has, and one that a validator refuses.
func (a *application) rowsOfApplication() (rows string, existing int) {
	var b strings.Builder
	b.WriteString("Företag,Postnr,Ort,Företagets e-post,Kontakt,Kontakt: E-post,Titel\n")
	for i := 0; i < a.n; i += max(1, a.n/200) {
		fmt.Fprintf(&b, "Kund %d,21120,Lund,info%d@exempel.se,Anna %d,anna%d@exempel.se,VD\n", i, i, i, i)
		existing++
	}
	for i := range 50 {
		fmt.Fprintf(&b, "Ny %d,22222,Ystad,ny%d@exempel.se,Bo %d,bo%d@exempel.se,VD\n", i, i, i, i)
	}
	b.WriteString("Forbidden AB,22222,Ystad,forbidden@exempel.se,,,\n")
	for i := range 5 {
		fmt.Fprintf(&b, "Dubbel %d,22222,Ystad,info%d@exempel.se,Cia %d,cia%d@exempel.se,VD\n", i, i, i, i)
	}
	return b.String(), existing
}

// TestApplication is a tour of a database of an application: check, plan, import with conflicts, undo. Whatever is the application's in a document is
// byte for byte as before after the import, and after the undo each document is what it was. It has 400 customers by default, 20,000 with
// INLET_TEST_MORE and 100,000 with INLET_TEST_DEEP.
func TestApplication(t *testing.T) {
	a := newApplication(t, map[level]int{sampled: 400, thorough: 20_000, complete: 100_000}[testLevel()])
	between := mongotest.New(t, a.uri)
	a.file("inlet.yaml", fmt.Sprintf(configOfApplication, between.URI(t, a.uri)))
	rows, existing := a.rowsOfApplication()
	book := a.file("rows.csv", rows)
	before := map[string]map[string]document{"customers": a.documents("customers"), "people": a.documents("people")}

	a.closed(between)
	if out := a.inlet(exitcode.Failed, "check"); !strings.Contains(out, "WRONG the validator of customers does not allow what inlet adds to documents: _inlet, created_at.") {
		t.Errorf("check with a validator:\n%s", out)
	}
	between.AnswerWhere(func(command string, body []byte) bson.D { // a validator, which the server of the tests does not have
		if (command == "insert" || command == "update") && bytes.Contains(body, []byte("Forbidden AB")) && bytes.Contains(body, []byte("customers")) {
			return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 121}, {Key: "codeName", Value: "DocumentValidationFailure"}, {Key: "errmsg", Value: "Document failed validation"}}
		}
		return nil
	})
	out := a.inlet(exitcode.OK, "check")
	for _, want := range []string{fmt.Sprintf("ok    accounts: collection customers, documents: %d\n", a.n), "_id of new ones: UUID", "unique index one_mail on mail (account.email)",
		fmt.Sprintf("        name: Kund %d\n", a.n-1), fmt.Sprintf("ok    contacts: collection people, documents: %d\n", a.n)} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not say %q:\n%s", want, out)
		}
	}
	plan := a.inlet(exitcode.OK, "plan", book)
	a.unchanged("planned", before)
	done := a.inlet(exitcode.Rejected, "import", book)
	for _, want := range []string{fmt.Sprintf("50 created, %d updated", existing), "UNIQUE", "one_mail", "REFUSED_BY_STORE", "ACCOUNT_NOT_CREATED"} {
		if !strings.Contains(done, want) {
			t.Errorf("import does not say %q:\n%s\n%s", want, done, plan[max(0, len(plan)-200):])
		}
	}
	a.foreignUnchanged(before)
	id := regexp.MustCompile(`[a-z2-7]{12}-\d+`).FindString(done)
	a.inlet(exitcode.OK, "undo", id)
	a.unchanged("undone", before)
}

// closed has the server say that the documents of customers are of a closed schema.
func (a *application) closed(between *mongotest.Proxy) {
	schema := bson.D{{Key: "$jsonSchema", Value: bson.D{{Key: "additionalProperties", Value: false}, {Key: "properties", Value: bson.D{{Key: "companyName", Value: bson.D{}}}}}}}
	between.Answer("listCollections", bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: a.Name() + ".$cmd.listCollections"},
		{Key: "firstBatch", Value: bson.A{bson.D{{Key: "name", Value: "customers"}, {Key: "type", Value: "collection"}, {Key: "options", Value: bson.D{{Key: "validator", Value: schema}}}}}}}}}, 1)
}

// unchanged wants each document to be what it was, and no other to be there.
func (a *application) unchanged(when string, before map[string]map[string]document) {
	a.Helper()
	for collection, was := range before {
		is := a.documents(collection)
		changed := 0
		for id, doc := range was {
			if is[id].all != doc.all {
				if changed++; changed < 3 {
					a.Errorf("%s, a document of %s was\n%s\nand is\n%s", when, collection, bson.Raw(doc.all), bson.Raw(is[id].all))
				}
			}
		}
		if changed > 0 || len(is) != len(was) {
			a.Errorf("%s, %d of %d %s changed, and there are %d", when, changed, len(was), collection, len(is))
		}
	}
}

// foreignUnchanged wants what is the application's in each document to be as it was. 50 more are there.
func (a *application) foreignUnchanged(before map[string]map[string]document) {
	a.Helper()
	for collection, was := range before {
		is := a.documents(collection)
		changed := 0
		for id, doc := range was {
			if is[id].foreign != doc.foreign {
				if changed++; changed < 3 {
					a.Errorf("a document of %s was\n%s\nand is\n%s", collection, bson.Raw(doc.all), bson.Raw(is[id].all))
				}
			}
		}
		if changed > 0 || len(is) != len(was)+50 {
			a.Errorf("%d of %d %s have lost something of the application's, and there are %d", changed, len(was), collection, len(is))
		}
	}
}
