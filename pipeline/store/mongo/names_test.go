package mongo_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/storetest"
)

// theirs is a database of an application with names of its own, some of them inlet's for something else, and some in objects.
func theirs() map[crm.Kind]mongo.Collection {
	return map[crm.Kind]mongo.Collection{
		crm.Account: {Search: true, Name: "customers", Names: document.Names{Created: "audit.createdAt", Modified: "audit.changedAt", Fields: map[string]string{
			"name": "companyName", "city": "address.city", "zip": "address.zip", "org_number": "orgNo", "phone": "reach.phones.main", "employees": "size.n",
			"active": "state.on", "campaigns": "tags.campaigns", "categories": "tags.categories", "since": "dates.since", "title": "a.title",
			"custom.level": "rating.level", "custom.met": "dates.met", "custom.text": "texts.text", "custom.start": "dates.start", "custom.dec": "n.dec"}}},
		crm.Contact: {Search: true, Name: "people", Names: document.Names{Parent: "refs.customerId", Created: document.Off, Modified: document.Off, Fields: map[string]string{
			"name": "full.name", "first_name": "full.first", "email": "mail", "title": "job.title", "custom.level": "custom.grade"}}},
	}
}

// TestContractOfTheirNames: the whole contract holds whatever the fields are called and wherever they are.
func TestContractOfTheirNames(t *testing.T) {
	storetest.Run(t, func(t *testing.T) engine.Engine { return open(t, newDatabase(t), mongo.Collections(theirs())) })
}

// TestShapeOfTheirRecord: a record is where the application has it, and fields of inlet's own names are the application's.
func TestShapeOfTheirRecord(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db, mongo.Collections(theirs()))
	midnight := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	wrote(t, e, crm.Account, engine.Written, engine.Write{New: true, ID: oid.Hex(), Seq: 3, Mark: 9, Hashes: []int64{1},
		Keying: &engine.Keying{Generation: 2, Fields: []string{"name", "zip"}},
		Set: append(vals("name", "Acme", "zip", "111 22", "city", "Åre", "custom.level", "gold", "custom.own", "x"),
			crm.Pair{Field: "custom.met", Value: crm.DateTimeValue(midnight)})})
	now := bson.NewDateTimeFromTime(at)
	want := bson.D{{Key: "_id", Value: oid}, {Key: "companyName", Value: "Acme"},
		{Key: "address", Value: bson.D{{Key: "zip", Value: "111 22"}, {Key: "city", Value: "Åre"}}}, {Key: "rating", Value: bson.D{{Key: "level", Value: "gold"}}},
		{Key: "dates", Value: bson.D{{Key: "met", Value: date(2026, 3, 4)}}},
		{Key: "custom", Value: bson.D{{Key: "own", Value: "x"}}},
		{Key: "audit", Value: bson.D{{Key: "createdAt", Value: now}, {Key: "changedAt", Value: now}}},
		{Key: "_inlet", Value: bson.D{{Key: "seq", Value: int64(3)}, {Key: "mark", Value: int64(9)}, {Key: "keys", Value: bson.A{int64(1)}},
			{Key: "clock", Value: bson.D{{Key: "custom", Value: bson.D{{Key: "met", Value: true}}}}},
			{Key: "from", Value: bson.D{{Key: "companyName", Value: "Acme"}, {Key: "address", Value: bson.D{{Key: "zip", Value: "111 22"}}}}},
			{Key: "rules", Value: int64(2)}}}}
	if diff := cmp.Diff(want, db.document(t, "customers", oid)); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	contact := bson.ObjectID{9}
	wrote(t, e, crm.Contact, engine.Written, engine.Write{New: true, ID: contact.Hex(), ParentID: oid.Hex(), Seq: 4, Mark: 9, Set: vals("name", "Anna", "custom.level", "A")})
	want = bson.D{{Key: "_id", Value: contact}, {Key: "refs", Value: bson.D{{Key: "customerId", Value: oid}}}, {Key: "full", Value: bson.D{{Key: "name", Value: "Anna"}}},
		{Key: "custom", Value: bson.D{{Key: "grade", Value: "A"}}},
		{Key: "_inlet", Value: bson.D{{Key: "seq", Value: int64(4)}, {Key: "mark", Value: int64(9)}, {Key: "keys", Value: bson.A{}}}}}
	if diff := cmp.Diff(want, db.document(t, "people", contact)); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if names, err := db.ListCollectionNames(t.Context(), bson.D{}); err != nil || slices.Contains(names, "accounts") || slices.Contains(names, "contacts") {
		t.Errorf("collections %v: %v", names, err)
	}
}

// customer is a document of an application in which name, created and modified are none of inlet's.
func customer(id any) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "companyName", Value: "Acme"}, {Key: "name", Value: "a nick"}, {Key: "created", Value: "by hand"},
		{Key: "modified", Value: int32(3)}, {Key: "city", Value: bson.D{{Key: "code", Value: 1}}}, {Key: "account_id", Value: "x"},
		{Key: "address", Value: bson.D{{Key: "street", Value: "Storgatan 1"}, {Key: "zip", Value: "111 22"}, {Key: "city", Value: "Åre"}, {Key: "geo", Value: bson.A{1.5, 2.5}}}},
		{Key: "audit", Value: bson.D{{Key: "by", Value: "anna"}}}, {Key: "custom", Value: bson.D{{Key: "level", Value: "not ours"}, {Key: "x", Value: "ours"}}}}
}

// TestTheirDocument: it is read by its own names and an update leaves the rest, byte for byte.
func TestTheirDocument(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db, mongo.Collections(theirs()))
	db.plant(t, "customers", customer(oid))
	got := record(t, e, crm.Account, oid.Hex())
	want := crm.Record{Kind: crm.Account, ID: oid.Hex(), More: true, Values: vals("name", "Acme", "zip", "111 22", "city", "Åre", "custom.x", "ours")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	wrote(t, e, crm.Account, engine.Written, engine.Write{ID: oid.Hex(), Mark: 9, Before: got.Values, Unset: []string{"city"},
		Set: append(vals("name", "Acme AB", "zip", "333 44", "custom.level", "gold", "phone", "1"), crm.Pair{Field: "custom.met", Value: crm.DateTimeValue(at.Truncate(24 * time.Hour))})})
	is := db.document(t, "customers", oid)
	wantDoc := bson.D{{Key: "_id", Value: oid}, {Key: "companyName", Value: "Acme AB"}, {Key: "name", Value: "a nick"}, {Key: "created", Value: "by hand"},
		{Key: "modified", Value: int32(3)}, {Key: "city", Value: bson.D{{Key: "code", Value: int32(1)}}}, {Key: "account_id", Value: "x"},
		{Key: "address", Value: bson.D{{Key: "street", Value: "Storgatan 1"}, {Key: "zip", Value: "333 44"}, {Key: "geo", Value: bson.A{1.5, 2.5}}}},
		{Key: "audit", Value: bson.D{{Key: "by", Value: "anna"}, {Key: "changedAt", Value: bson.NewDateTimeFromTime(at)}}},
		{Key: "custom", Value: bson.D{{Key: "level", Value: "not ours"}, {Key: "x", Value: "ours"}}}}
	for _, path := range []string{"rating", "reach", "dates", "_inlet"} { // where a server puts what is new
		is = without(is, path)
	}
	if diff := cmp.Diff(wantDoc, is); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	vs := record(t, e, crm.Account, oid.Hex()).Values
	if vs.Of("custom.level").Text() != "gold" || vs.Of("phone").Text() != "1" || vs.Of("custom.met") != crm.DateTimeValue(at.Truncate(24*time.Hour)) || !vs.Of("city").Absent() {
		t.Errorf("read back: %v", vs)
	}
}

func without(doc bson.D, name string) bson.D {
	return slices.DeleteFunc(doc, func(e bson.E) bool { return e.Key == name })
}

// TestWhatIsTheirsIsNotWritten: a field whose own name is an object of the application, or the place of another field, has no place. Only its row is
// refused.
func TestWhatIsTheirsIsNotWritten(t *testing.T) {
	e := open(t, newDatabase(t), mongo.Collections(theirs()))
	for i, field := range []string{"companyName", "address", "audit", "orgNo", "rating"} {
		writesAll(t, e, []engine.Result{{Did: engine.NotMade, Why: &engine.Unfit{Reason: engine.Unplaced, Fields: []string{field}}}, engine.Written},
			creates(2*i+1, vals("name", "a", field, "x")), creates(2*i+2, vals("name", "b")))
		writesAll(t, e, []engine.Result{{Did: engine.NotMade, Why: &engine.Unfit{Reason: engine.Unplaced, Fields: []string{field}}}},
			engine.Write{ID: id(2*i + 2), Expect: int64(2*i + 2), Mark: 90, Set: vals(field, "x")})
	}
}

// TestPathThroughAValue: where the parent of a path is not an object, the reason names that parent, and the other records are written.
func TestPathThroughAValue(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db, mongo.Collections(theirs()))
	for i, v := range []any{"Storgatan 1, 111 22 Åre", bson.A{bson.D{{Key: "zip", Value: "1"}}}, int32(7), nil} {
		id := bson.ObjectID{byte(i + 1)}
		db.plant(t, "customers", bson.D{{Key: "_id", Value: id}, {Key: "companyName", Value: "Acme"}, {Key: "address", Value: v}},
			bson.D{{Key: "_id", Value: bson.ObjectID{byte(i + 1), 1}}, {Key: "companyName", Value: "Beta"}})
		if zip := record(t, e, crm.Account, id.Hex()).Values.Of("zip"); !zip.Absent() {
			t.Errorf("address %v: the zip is read as %v", v, zip)
		}
		got, err := e.Write(t.Context(), crm.Account, []engine.Write{
			{ID: id.Hex(), Mark: 9, At: at, Set: vals("zip", "111 22")}, {ID: bson.ObjectID{byte(i + 1), 1}.Hex(), Mark: 9, At: at, Set: vals("zip", "111 22")}})
		if err != nil {
			t.Fatalf("address %v: %v", v, err)
		}
		if why := got[0].Why; got[0].Did != engine.NotMade || why == nil || why.Reason != engine.Foreign || !slices.Equal(why.Fields, []string{"address"}) {
			t.Errorf("address %v: %+v, %+v", v, got[0], why)
		}
		if got[1] != engine.Written {
			t.Errorf("address %v: the other record has %+v", v, got[1])
		}
	}
}

// TestTheirAdditionStays: a record of inlet's is removed with its objects, unless the application has put something into one.
func TestTheirAdditionStays(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db, mongo.Collections(theirs()))
	values := vals("name", "Acme", "zip", "111 22", "phone", "1", "custom.level", "gold", "custom.x", "1")
	for what, edit := range map[string]bson.D{
		"nothing":                      {{Key: "$set", Value: bson.D{{Key: "companyName", Value: "Acme"}}}},
		"a field":                      {{Key: "$set", Value: bson.D{{Key: "vip", Value: true}}}},
		"one of inlet's name":          {{Key: "$set", Value: bson.D{{Key: "name", Value: "Acme"}}}},
		"one in an object":             {{Key: "$set", Value: bson.D{{Key: "address.street", Value: "Storgatan 1"}}}},
		"a null in an object":          {{Key: "$set", Value: bson.D{{Key: "address.street", Value: nil}}}},
		"one deep inside":              {{Key: "$set", Value: bson.D{{Key: "reach.phones.other", Value: "2"}}}},
		"one beside the deep object":   {{Key: "$set", Value: bson.D{{Key: "reach.fax", Value: "2"}}}},
		"one in an object of no value": {{Key: "$set", Value: bson.D{{Key: "state.why", Value: "2"}}}},
		"one beside the times":         {{Key: "$set", Value: bson.D{{Key: "audit.by", Value: "anna"}}}},
		"another value in an object":   {{Key: "$set", Value: bson.D{{Key: "address.zip", Value: "9"}}}},
		"a list for an object":         {{Key: "$set", Value: bson.D{{Key: "address", Value: bson.A{bson.D{{Key: "zip", Value: "111 22"}}}}}}},
		"a text for an object":         {{Key: "$set", Value: bson.D{{Key: "state", Value: "on"}}}},
		"one in custom":                {{Key: "$set", Value: bson.D{{Key: "custom.level", Value: "gold"}}}},
	} {
		id := bson.NewObjectID()
		wrote(t, e, crm.Account, engine.Written, engine.Write{New: true, ID: id.Hex(), Seq: 1, Mark: 9, Set: values})
		if _, err := db.Collection("customers").UpdateByID(t.Context(), id, edit); err != nil {
			t.Fatal(err)
		}
		want := engine.Conflict
		if what == "nothing" {
			want = engine.Written
		} else if is := record(t, e, crm.Account, id.Hex()); !is.More && is.Values.Equal(values) {
			t.Errorf("%s: it is read as if nobody else had been there: %+v", what, is)
		}
		t.Run(what, func(t *testing.T) {
			wrote(t, e, crm.Account, want, engine.Write{Remove: true, ID: id.Hex(), Expect: 9, Mark: 10, Before: values})
		})
	}
}

// TestUniqueIndexOfAMappedPath: the reason has the field as the CRM calls it.
func TestUniqueIndexOfAMappedPath(t *testing.T) {
	db := newDatabase(t)
	db.makes(t, "customers", "one_zip", bson.D{{Key: "address.zip", Value: 1}, {Key: "rating.level", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
	db.plant(t, "customers", bson.D{{Key: "_id", Value: "theirs"}, {Key: "address", Value: bson.D{{Key: "zip", Value: "1"}}}, {Key: "rating", Value: bson.D{{Key: "level", Value: "A"}}}})
	e := open(t, db, mongo.Collections(theirs()))
	taken := unfit(engine.Unfit{Reason: engine.Unique, Code: 11000, Fields: []string{"zip", "custom.level"}, Value: "1, A", Index: "one_zip", Other: "theirs"})
	writesAll(t, e, []engine.Result{taken, engine.Written}, creates(1, vals("name", "a", "zip", "1", "custom.level", "A")), creates(2, vals("name", "b", "zip", "1", "custom.level", "B")))
	writesAll(t, e, []engine.Result{taken},
		engine.Write{ID: id(2), Expect: 2, Mark: 20, Before: vals("custom.level", "B"), Set: vals("custom.level", "A")})
}

// TestFoundByWhatTheyMadeOfIt: what the application has changed inside its objects is found as it is now, and nothing else gets new keys.
func TestFoundByWhatTheyMadeOfIt(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db, mongo.Collections(theirs()))
	st, err := store.New(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	place := crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}, {Field: "zip", Type: crm.Postcode}}, Region: "SE"}
	found := func(name, zip string) int {
		t.Helper()
		if err := st.Index.Use(t.Context(), []crm.Rule{place}); err != nil {
			t.Fatal(err)
		}
		key, _ := place.Key("", vals("name", name, "zip", zip))
		recs, err := e.Find(t.Context(), crm.Account, []int64{key.Hash})
		if err != nil {
			t.Fatal(err)
		}
		return len(recs)
	}
	db.plant(t, "customers", customer(oid), bson.D{{Key: "_id", Value: 7}, {Key: "companyName", Value: "Beta"}, {Key: "address", Value: "Storgatan 1"}})
	if n := found("Acme", "111 22"); n != 1 {
		t.Fatalf("%d records are found as planted", n)
	}
	for _, set := range []bson.D{{{Key: "address.zip", Value: "222 33"}}, {{Key: "address", Value: bson.D{{Key: "zip", Value: "222 33"}, {Key: "street", Value: "x"}}}}} {
		if _, err := db.Collection("customers").UpdateByID(t.Context(), oid, bson.D{{Key: "$set", Value: set}}); err != nil {
			t.Fatal(err)
		}
		if n := found("Acme", "222 33") - found("Acme", "111 22"); n != 1 {
			t.Errorf("after %v, %d records more are found by the new zip than by the old one", set, n)
		}
	}
	stale := 0
	err = st.Index.Stale(t.Context(), crm.Account, []crm.Rule{place}, func(recs []crm.Record) error { stale += len(recs); return nil })
	if err != nil || stale != 0 {
		t.Errorf("%d records are stale: %v", stale, err)
	}
}

// TestAccountsAsText: contacts whose account field is the text of an ObjectId belong to that account, and are counted, read and removed with it.
func TestAccountsAsText(t *testing.T) {
	db := newDatabase(t)
	db.plant(t, "customers", customer(oid))
	db.plant(t, "people", bson.D{{Key: "_id", Value: 1}, {Key: "refs", Value: bson.D{{Key: "customerId", Value: oid.Hex()}}}, {Key: "mail", Value: "a@b.se"}})
	e := open(t, db, mongo.Collections(theirs()))
	if got := record(t, e, crm.Contact, "1"); got.ParentID != oid.Hex() || got.Values.Of("email").Text() != "a@b.se" {
		t.Errorf("read as %+v", got)
	}
	if n, err := e.Children(t.Context(), crm.Contact, []string{oid.Hex()}); err != nil || n[oid.Hex()] != 1 {
		t.Errorf("counted %v: %v", n, err)
	}
}

// newIDs are cases of what new records and their contacts get: the documents before, the configuration, the form and what a new contact has of the
// account with the first _id.
var newIDs = []struct {
	name       string
	accounts   []any
	pointers   []any // of contacts
	configured string
	form       ledger.IDForm
	pointer    any // of a new contact of the first account
}{
	{name: "empty"},
	{name: "ObjectId", accounts: []any{oid}, pointer: oid},
	{name: "text", accounts: []any{"a", "b"}, form: ledger.TextIDs, pointer: "a"},
	{name: "the newest counts", accounts: []any{"a", oid, bson.D{{Key: "x", Value: 1}}}, pointer: "a"},
	{name: "UUID", accounts: []any{uuidOf("0123456789abcdef")}, form: ledger.UUIDs, pointer: uuidOf("0123456789abcdef")},
	{name: "number", accounts: []any{int32(7)}, form: ledger.NumberIDs, pointer: int32(7)},
	{name: "whole double", accounts: []any{oid, 7.0}, form: ledger.NumberIDs, pointer: oid},
	{name: "configured over numbers", accounts: []any{int64(7)}, configured: "objectid", pointer: int64(7)},
	{name: "configured text", configured: "string", form: ledger.TextIDs},
	{name: "configured UUID", accounts: []any{oid}, configured: "uuid", form: ledger.UUIDs, pointer: oid},
	{name: "contacts with text", accounts: []any{oid}, pointers: []any{nil, oid.Hex()}, pointer: oid.Hex()},
	{name: "contacts with text of a number", accounts: []any{int64(7)}, pointers: []any{"7"}, form: ledger.NumberIDs, pointer: "7"},
	{name: "contacts with ObjectIds of texts", accounts: []any{oid.Hex()}, pointers: []any{oid}, form: ledger.TextIDs, pointer: oid},
	{name: "the newest whose account is there", accounts: []any{oid}, pointers: []any{oid, oid.Hex(), "gone"}, pointer: oid.Hex()},
	{name: "no neighbour has an account", accounts: []any{oid}, pointers: []any{"gone"}, pointer: oid},
}

func uuidOf(s string) bson.Binary { return bson.Binary{Subtype: 4, Data: []byte(s)} }

// TestNewIDs: new records have IDs in the form of those that are there, and contacts point at their account as their neighbours do.
func TestNewIDs(t *testing.T) {
	for _, c := range newIDs {
		t.Run(c.name, func(t *testing.T) {
			db, as := newDatabase(t), theirs()
			for _, id := range c.accounts {
				db.plant(t, "customers", bson.D{{Key: "_id", Value: id}})
			}
			for _, p := range c.pointers {
				db.plant(t, "people", bson.D{{Key: "refs", Value: bson.D{{Key: "customerId", Value: p}}}})
			}
			is := as[crm.Account]
			is.ID = c.configured
			as[crm.Account] = is
			e := open(t, db, mongo.Collections(as))
			forms := e.Capabilities().NewIDs
			if got := forms.Of(crm.Account); got != c.form {
				t.Fatalf("new IDs have the form %q, not %q", got, c.form)
			}
			if c.pointer != nil {
				text, _ := document.IDText(rawOf(t, c.accounts[0]))
				contact := bson.NewObjectID()
				wrote(t, e, crm.Contact, engine.Written, engine.Write{New: true, ID: contact.Hex(), ParentID: text, Seq: 1, Mark: 1})
				refs, _ := of(db.document(t, "people", contact), "refs").(bson.D)
				if got := of(refs, "customerId"); !cmp.Equal(got, c.pointer) {
					t.Errorf("the contact has %T %v of its account, not %T %v", got, got, c.pointer, c.pointer)
				}
				if got := record(t, e, crm.Contact, contact.Hex()).ParentID; got != text {
					t.Errorf("ParentID %q, not %q", got, text)
				}
			}
			made(t, db, e, c.form)
		})
	}
}

func rawOf(t *testing.T, v any) bson.RawValue {
	kind, raw, err := bson.MarshalValue(v)
	if err != nil {
		t.Fatal(err)
	}
	return bson.RawValue{Type: kind, Value: raw}
}

// made creates a record with an ID of this form, which is then found, scanned, updated and removed by it.
func made(t *testing.T, db database, e *mongo.Engine, form ledger.IDForm) {
	t.Helper()
	imp := ledger.Import{ID: "imp"}
	imp.NewIDs[crm.Account.Number()] = form
	ids := imp.IDs()
	w := engine.Write{New: true, ID: ids.Of(3, crm.Account), Form: form, Seq: 1, Mark: 5, Set: vals("name", "Acme"), Hashes: []int64{1}}
	if form == ledger.NumberIDs {
		if why := wrote(t, e, crm.Account, engine.Conflict, w); why == nil || why.Reason != engine.Unnumbered {
			t.Errorf("refused for %+v", why)
		}
		return
	}
	wrote(t, e, crm.Account, engine.Written, w)
	wrote(t, e, crm.Account, engine.Already, w)
	type one struct {
		ID bson.RawValue `bson:"_id"`
	}
	var is one
	if err := db.Collection("customers").FindOne(t.Context(), bson.D{{Key: "companyName", Value: "Acme"}}).Decode(&is); err != nil {
		t.Fatal(err)
	}
	want := map[ledger.IDForm]bson.Type{ledger.ObjectIDs: bson.TypeObjectID, ledger.TextIDs: bson.TypeString, ledger.UUIDs: bson.TypeBinary}[form]
	if text, _ := document.IDText(is.ID); text != w.ID || is.ID.Type != want {
		t.Errorf("_id is %s %s of the ID %s", is.ID.Type, text, w.ID)
	}
	recs, err := e.Scan(t.Context(), crm.Account, engine.Position{Seq: 1}, 9)
	if err != nil || len(recs) != 1 || recs[0].ID != w.ID {
		t.Errorf("scanned %v: %v", recs, err)
	}
	if recs, err := e.Scan(t.Context(), crm.Account, engine.Position{Seq: 1, ID: w.ID}, 9); err != nil || len(recs) != 0 {
		t.Errorf("scanned behind it %v: %v", recs, err)
	}
	contact := bson.NewObjectID()
	wrote(t, e, crm.Contact, engine.Written, engine.Write{New: true, ID: contact.Hex(), ParentID: w.ID, Seq: 1, Mark: 1})
	if got := record(t, e, crm.Contact, contact.Hex()).ParentID; got != w.ID {
		t.Errorf("ParentID %q, not %q", got, w.ID)
	}
	wrote(t, e, crm.Account, engine.Written, engine.Write{ID: w.ID, Expect: 5, Mark: 6, Before: vals("name", "Acme"), Set: vals("name", "Beta")})
	wrote(t, e, crm.Account, engine.Written, engine.Write{Remove: true, ID: w.ID, Expect: 6, Mark: 7, Before: vals("name", "Beta")})
}

// TestUnreadableIDs: what has no form in the CRM is counted, and nothing else.
func TestUnreadableIDs(t *testing.T) {
	db := newDatabase(t)
	sixteen := []byte("0123456789abcdef")
	readable := []any{oid, "a", int32(1), int64(1 << 40), 2.0, 0.0, number("17"), uuidOf("0123456789abcdef"), bson.Binary{Subtype: 3, Data: sixteen},
		bson.Binary{Subtype: 4, Data: make([]byte, 16)}, bson.Binary{Subtype: 4, Data: []byte(strings.Repeat("\xff", 16))}}
	strange := []any{bson.D{{Key: "a", Value: 1}}, true, date(2020, 1, 2), bson.Timestamp{T: 1}, 1.5, number("2.5"), math.Inf(1), math.Inf(-1), math.NaN(), 1e300,
		bson.Binary{Data: sixteen}, bson.Binary{Data: []byte("x")}, bson.Binary{Subtype: 5, Data: sixteen}, bson.Binary{Subtype: 4, Data: append(sixteen, 0)}, ""}
	for _, id := range readable {
		db.plant(t, "accounts", bson.D{{Key: "_id", Value: id}})
	}
	e := open(t, db)
	if n, example, err := e.Unreadable(t.Context(), crm.Account); n != 0 || err != nil {
		t.Errorf("%d are unreadable, e.g. %s: %v", n, example, err)
	}
	for i, id := range strange {
		db.plant(t, "accounts", bson.D{{Key: "_id", Value: id}})
		if n, example, err := e.Unreadable(t.Context(), crm.Account); n != i+1 || example == "" || err != nil {
			t.Errorf("with %T %v, %d are unreadable, not %d, e.g. %s: %v", id, id, n, i+1, example, err)
		}
	}
	if n, _, err := e.Unreadable(t.Context(), crm.Contact); n != 0 || err != nil {
		t.Errorf("%d contacts are unreadable: %v", n, err)
	}
}
