package mongo_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
)

// makes returns the index that an application has made of a collection.
func (db database) makes(t *testing.T, collection, name string, keys bson.D, o *options.IndexOptionsBuilder) {
	t.Helper()
	_, err := db.Collection(collection).Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: keys, Options: o.SetName(name)})
	if err != nil {
		t.Fatal(err)
	}
}

func vals(pairs ...string) crm.Values {
	var vs crm.Values
	for i := 0; i < len(pairs); i += 2 {
		vs.Set(pairs[i], crm.TextValue(pairs[i+1]))
	}
	return vs
}

func creates(n int, set crm.Values) engine.Write {
	return engine.Write{New: true, ID: id(n), Seq: int64(n), Mark: int64(n), Set: set}
}

// writesAll wants what becomes of the writes of one call to be this.
func writesAll(t *testing.T, e *mongo.Engine, want []engine.Result, writes ...engine.Write) {
	t.Helper()
	for i := range writes {
		writes[i].At = at
	}
	got, err := e.Write(t.Context(), crm.Account, writes)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func unfit(u engine.Unfit) engine.Result {
	u.Most = 16 << 20
	return engine.Result{Did: engine.NotMade, Why: &u}
}

// TestUniqueIndexOfTheApplication: each refused record has the index that it violates, its fields and value, and the record that has it.
func TestUniqueIndexOfTheApplication(t *testing.T) {
	db := newDatabase(t)
	db.makes(t, "accounts", "one_org", bson.D{{Key: "org_number", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
	db.makes(t, "accounts", "one_place", bson.D{{Key: "zip", Value: 1}, {Key: "custom.door", Value: 1}}, options.Index().SetUnique(true).
		SetPartialFilterExpression(bson.D{{Key: "zip", Value: bson.D{{Key: "$exists", Value: true}}}}))
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: "theirs"}, {Key: "org_number", Value: "556000-0001"}},
		bson.D{{Key: "_id", Value: oid}, {Key: "org_number", Value: "556000-0002"}, {Key: "zip", Value: "111 22"}, {Key: "custom", Value: bson.D{{Key: "door", Value: 7}}}})
	e := open(t, db)
	door := crm.Values{{Field: "zip", Value: crm.TextValue("111 22")}, {Field: "custom.door", Value: crm.IntegerValue(7)}}
	org := func(index, value, other string, fields ...string) engine.Result {
		return unfit(engine.Unfit{Reason: engine.Unique, Code: 11000, Fields: fields, Value: value, Index: index, Other: other})
	}
	first := []engine.Write{
		creates(1, vals("name", "a", "org_number", "556000-0001")),
		creates(2, vals("name", "b", "org_number", "556000-0003")),
		creates(3, door),
		creates(4, vals("name", "c")), // blank: the index is sparse
		creates(5, vals("name", "d")),
		creates(6, vals("name", "e", "org_number", "556000-0003")), // as the second one
	}
	want := []engine.Result{
		org("one_org", "556000-0001", "theirs", "org_number"), engine.Written,
		org("one_place", "111 22, 7", oid.Hex(), "zip", "custom.door"), engine.Written, engine.Written,
		org("one_org", "556000-0003", id(2), "org_number"),
	}
	writesAll(t, e, want, first...)
	want[1], want[3], want[4] = engine.Already, engine.Already, engine.Already // our own repeat
	writesAll(t, e, want, first...)
	taken := creates(2, vals("name", "b", "org_number", "556000-0009"))
	taken.Mark = 99 // another mark: a conflict, not a value that is taken
	writesAll(t, e, []engine.Result{engine.Conflict}, taken)
	writesAll(t, e, []engine.Result{org("one_org", "556000-0002", oid.Hex(), "org_number"), engine.Written, org("one_place", "111 22, 7", oid.Hex(), "zip", "custom.door")},
		engine.Write{ID: id(2), Expect: 2, Mark: 20, Before: vals("org_number", "556000-0003"), Set: vals("org_number", "556000-0002")},
		engine.Write{ID: id(4), Expect: 4, Mark: 21, Before: vals("name", "c"), Set: vals("name", "cc")},
		engine.Write{ID: id(5), Expect: 5, Mark: 22, Set: door})
	if rec := record(t, e, crm.Account, id(2)); rec.ChangeID != 2 || rec.Values.Of("org_number").Text() != "556000-0003" {
		t.Errorf("the refused update left %+v", rec)
	}
}

// TestUniqueIndexOfABlankField: an index that is not sparse allows one record without the value.
func TestUniqueIndexOfABlankField(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	db.makes(t, "accounts", "external", bson.D{{Key: "externalId", Value: 1}}, options.Index().SetUnique(true))
	writesAll(t, e, []engine.Result{engine.Written}, creates(1, vals("name", "a")))
	writesAll(t, e, []engine.Result{unfit(engine.Unfit{Reason: engine.Unique, Code: 11000, Fields: []string{"externalId"}, Index: "external", Other: id(1)})},
		creates(2, vals("name", "b")))
}

// TestManyRefused: a thousand of them are a few look-ups, and in the good case there is none.
func TestManyRefused(t *testing.T) {
	db := newDatabase(t)
	c := &commands{sent: map[string]int{}}
	e := open(t, db, c.monitor())
	db.makes(t, "accounts", "one_org", bson.D{{Key: "org_number", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
	var theirs, ours []engine.Write
	for n := range 1000 {
		theirs = append(theirs, creates(n+1, vals("org_number", fmt.Sprint(n))))
		ours = append(ours, creates(n+2001, vals("org_number", fmt.Sprint(n))))
	}
	c.during(t, map[string]int{"insert": 2}, func() {
		if _, err := e.Write(t.Context(), crm.Account, theirs); err != nil {
			t.Fatal(err)
		}
	})
	c.during(t, map[string]int{"insert": 2, "find": 2, "listIndexes": 1}, func() {
		results, err := e.Write(t.Context(), crm.Account, ours)
		if err != nil {
			t.Fatal(err)
		}
		for n, r := range results {
			if r.Why == nil || r.Why.Other != id(n+1) {
				t.Fatalf("record %d has %+v", n, r)
			}
		}
	})
}

// TestIndexThatCannotHoldTheValue: the other records of the call are written.
func TestIndexThatCannotHoldTheValue(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	db.makes(t, "accounts", "near", bson.D{{Key: "city", Value: "2dsphere"}}, options.Index())
	db.makes(t, "accounts", "spread", bson.D{{Key: "categories", Value: "hashed"}}, options.Index())
	list := crm.Values{{Field: "categories", Value: crm.ListValue("a", "b")}}
	code := func(r engine.Result) engine.Result {
		if r.Why != nil {
			r.Why.Code = 0 // of MongoDB or of PostgreSQL
		}
		return r
	}
	writes := []engine.Write{creates(1, vals("name", "a")), creates(2, vals("name", "b", "city", "Lund")), creates(3, list), creates(4, vals("name", "c"))}
	for i := range writes {
		writes[i].At = at
	}
	got, err := e.Write(t.Context(), crm.Account, writes)
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Result{engine.Written, unfit(engine.Unfit{Reason: engine.Unindexed, Fields: []string{"city"}, Value: "Lund", Index: "near"}),
		unfit(engine.Unfit{Reason: engine.Unindexed, Fields: []string{"categories"}, Value: crm.ListValue("a", "b").String(), Index: "spread"}), engine.Written}
	for i := range got {
		if diff := cmp.Diff(want[i], code(got[i])); diff != "" {
			t.Errorf("write %d (-want +got):\n%s", i+1, diff)
		}
	}
	why := wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: id(1), Expect: 1, Mark: 9, Set: vals("city", "Lund")})
	if why == nil || why.Reason != engine.Unindexed || why.Index != "near" {
		t.Errorf("an update is refused for %+v", why)
	}
}

// TestRecordTooLarge: of a new record, of what an update would make of one, and of an update that is too large with what it compares.
func TestRecordTooLarge(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	long := func(mb int) string { return strings.Repeat("å", mb<<19) }
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: oid}, {Key: "theirs", Value: long(9)}, {Key: "notes", Value: long(6)}})
	writes := []engine.Write{creates(1, vals("name", "a")), creates(2, vals("name", "b", "notes", long(17))), creates(3, vals("name", "c")),
		{ID: oid.Hex(), Mark: 9, Set: vals("city", long(4))}}
	for i := range writes {
		writes[i].At = at
	}
	got, err := e.Write(t.Context(), crm.Account, writes)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range got {
		if large := i == 1 || i == 3; large != (r.Why != nil && r.Why.Reason == engine.TooLarge) || large == (r == engine.Written) {
			t.Errorf("write %d has %+v %+v", i+1, r, r.Why)
		}
	}
	why := wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: oid.Hex(), Mark: 9, Before: vals("notes", long(6)), Set: vals("notes", long(11))})
	if why == nil || why.Reason != engine.TooLarge {
		t.Errorf("an update with more to compare than a statement holds is refused for %+v", why)
	}
	wrote(t, e, crm.Account, engine.Written, engine.Write{ID: oid.Hex(), Mark: 9, Before: vals("notes", long(6)), Set: vals("notes", "short")})
}

// TestForeignValues: an update that would write over something that is not a value of the CRM says in which field it is, and what it is.
func TestForeignValues(t *testing.T) {
	for name, has := range map[string]struct {
		doc   bson.D
		set   crm.Values
		field string
		what  string
	}{
		"object":          {bson.D{{Key: "phone", Value: bson.D{{Key: "home", Value: "1"}}}}, vals("name", "x", "phone", "2"), "phone", "object"},
		"list":            {bson.D{{Key: "phone", Value: bson.A{"1", 2}}}, vals("phone", "2"), "phone", "array"},
		"NaN":             {bson.D{{Key: "revenue", Value: math.NaN()}}, vals("revenue", "2"), "revenue", "NaN"},
		"infinite":        {bson.D{{Key: "revenue", Value: number("-Infinity")}}, vals("revenue", "2"), "revenue", "NaN"},
		"binary":          {bson.D{{Key: "notes", Value: []byte{1}}}, vals("notes", "2"), "notes", "binary"},
		"inside":          {bson.D{{Key: "custom", Value: bson.D{{Key: "level", Value: bson.D{}}}}}, vals("custom.level", "2"), "custom.level", "object"},
		"custom is text":  {bson.D{{Key: "custom", Value: "text"}}, vals("custom.level", "2"), "custom", "string"},
		"custom is null":  {bson.D{{Key: "custom", Value: nil}}, vals("custom.level", "2"), "custom", "null"},
		"_inlet a number": {bson.D{{Key: "_inlet", Value: 5}}, vals("name", "2"), "_inlet", "32-bit integer"},
	} {
		t.Run(name, func(t *testing.T) {
			db := newDatabase(t)
			e := open(t, db)
			db.plant(t, "accounts", append(bson.D{{Key: "_id", Value: oid}}, has.doc...))
			got := wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: oid.Hex(), Mark: 9, Set: has.set})
			want := &engine.Unfit{Reason: engine.Foreign, Fields: []string{has.field}, Value: has.what}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
		})
	}
	db := newDatabase(t)
	e := open(t, db)
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: oid}, {Key: "name", Value: "theirs"}, {Key: "phone", Value: bson.D{}}})
	why := wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: oid.Hex(), Mark: 9, Before: vals("name", "old"), Set: vals("name", "new")})
	if why != nil {
		t.Errorf("a foreign edit has the reason %+v", why)
	}
}
