package mongo_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// What another application reads is promised: the package comment's table.
func TestShapeOfARecord(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	account, contact := bson.NewObjectID(), bson.NewObjectID()
	midnight := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	wrote(t, e, crm.Contact, engine.Written, engine.Write{New: true, ID: contact.Hex(), ParentID: account.Hex(), Seq: 3, Mark: 9,
		Hashes: []int64{-1, 1}, Set: crm.Values{
			{Field: "name", Value: crm.TextValue("Åsa")}, {Field: "custom.level", Value: crm.IntegerValue(2)},
			{Field: "revenue", Value: decimal(t, "12.50")}, {Field: "since", Value: crm.DateValue(midnight)},
			{Field: "met", Value: crm.DateTimeValue(midnight)}, {Field: "custom.met", Value: crm.DateTimeValue(midnight)},
			{Field: "seen", Value: crm.DateTimeValue(at)}, {Field: "active", Value: crm.BoolValue(true)},
			{Field: "categories", Value: crm.ListValue("a", "b")},
		}})
	day := date(2026, 3, 4)
	want := bson.D{{Key: "_id", Value: contact}, {Key: "account_id", Value: account}, {Key: "name", Value: "Åsa"},
		{Key: "revenue", Value: number("12.5")}, {Key: "since", Value: day}, {Key: "met", Value: day},
		{Key: "seen", Value: bson.NewDateTimeFromTime(at)}, {Key: "active", Value: true}, {Key: "categories", Value: bson.A{"a", "b"}},
		{Key: "custom", Value: bson.D{{Key: "level", Value: int64(2)}, {Key: "met", Value: day}}},
		{Key: "created", Value: bson.NewDateTimeFromTime(at)}, {Key: "modified", Value: bson.NewDateTimeFromTime(at)},
		{Key: "_inlet", Value: bson.D{{Key: "seq", Value: int64(3)}, {Key: "mark", Value: int64(9)},
			{Key: "keys", Value: bson.A{int64(-1), int64(1)}},
			{Key: "clock", Value: bson.D{{Key: "met", Value: true}, {Key: "custom", Value: bson.D{{Key: "met", Value: true}}}}}}}}
	if diff := cmp.Diff(want, db.document(t, "contacts", contact), cmp.Comparer(func(a, b bson.Decimal128) bool { return a == b })); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

// A field goes from a day to the point in time at its start, to text and back to a day, and is each time read as what was written.
func TestDayAndMidnight(t *testing.T) {
	e := open(t, newDatabase(t))
	midnight := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	id := bson.NewObjectID().Hex()
	wrote(t, e, crm.Account, engine.Written, engine.Write{New: true, ID: id, Seq: 1, Mark: 1})
	for _, field := range []string{"met", "custom.met"} {
		mark := record(t, e, crm.Account, id).ChangeID
		for _, v := range []crm.Value{crm.DateValue(midnight), crm.DateTimeValue(midnight), crm.TextValue("soon"), crm.DateTimeValue(midnight),
			crm.DateValue(midnight), crm.DateTimeValue(at), crm.DateTimeValue(midnight), {}, crm.DateValue(midnight)} {
			was := record(t, e, crm.Account, id).Values
			w := engine.Write{ID: id, Expect: mark, Mark: mark + 1, Before: was}
			if w.Set.Set(field, v); v.Absent() {
				w.Unset = []string{field}
			}
			wrote(t, e, crm.Account, engine.Written, w)
			if got := record(t, e, crm.Account, id).Values.Of(field); got != v {
				t.Fatalf("%s is read as %s, not %s", field, got, v)
			}
			mark++
		}
	}
}

func TestFieldsThatCannotBeKept(t *testing.T) {
	e := open(t, newDatabase(t))
	for _, field := range []string{"", "$set", "a$", "a\x00", "a.b", ".a", "a.", "custom", "custom.", "custom.a.b", "_id", "_inlet",
		"_inlet.mark", "account_id", "created", "modified"} {
		set := crm.Values{{Field: field, Value: crm.TextValue("x")}}
		for _, w := range []engine.Write{{New: true, Set: set}, {Set: set}, {Unset: []string{field}}} {
			w.ID, w.Mark, w.At = bson.NewObjectID().Hex(), 1, at
			if _, err := e.Write(t.Context(), crm.Account, []engine.Write{w}); err == nil {
				t.Errorf("field %q is written", field)
			}
		}
	}
}

// A body can be read and queried by people where a document can hold it, and is text where not.
func TestBodiesAreReadable(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	for _, c := range []struct {
		body string
		want any
	}{
		{`{"n":1,"rows":{"created":2},"why":null}`, bson.D{{Key: "n", Value: int64(1)},
			{Key: "rows", Value: bson.D{{Key: "created", Value: int64(2)}}}, {Key: "why", Value: nil}}},
		{`{"sum":0.1}`, bson.D{{Key: "sum", Value: number("0.1")}}},
		{`{"a":{"$date":"2026"}}`, `{"a":{"$date":"2026"}}`},
		{`{"a":[{"b.c":1}]}`, `{"a":[{"b.c":1}]}`},
		{`{"pi":3.14159265358979323846264338327950288419716939937510}`, `{"pi":3.14159265358979323846264338327950288419716939937510}`},
	} {
		if _, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: c.body, Order: c.body, Body: []byte(c.body)}); err != nil {
			t.Fatal(err)
		}
		got := of(db.document(t, "inlet_meta", c.body), "body")
		if diff := cmp.Diff(c.want, got, cmp.Comparer(func(a, b bson.Decimal128) bool { return a == b })); diff != "" {
			t.Errorf("body %s (-want +got):\n%s", c.body, diff)
		}
		doc, _, err := e.Load(t.Context(), engine.Meta, c.body)
		if err != nil || !bytes.Equal(doc.Body, []byte(c.body)) {
			t.Errorf("body %s is loaded as %s: %v", c.body, doc.Body, err)
		}
	}
}
