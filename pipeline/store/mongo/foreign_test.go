package mongo_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
)

var oid = bson.ObjectID{0x65, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}

// foreign is a document of an application that does not know inlet, with the odd things such documents have.
func foreign(id any) bson.D {
	return bson.D{
		{Key: "_id", Value: id}, {Key: "name", Value: "Acme"}, {Key: "employees", Value: int32(12)}, {Key: "whole", Value: 3.0},
		{Key: "score", Value: 0.1}, {Key: "revenue", Value: number("12.50")}, {Key: "since", Value: date(2020, 1, 2)},
		{Key: "seen", Value: bson.NewDateTimeFromTime(at.Add(345 * time.Millisecond))}, {Key: "active", Value: true},
		{Key: "categories", Value: bson.A{"a", "b"}}, {Key: "campaigns", Value: bson.A{}}, {Key: "notes", Value: ""},
		{Key: "fax", Value: nil}, {Key: "geo", Value: bson.D{{Key: "lat", Value: 59.3}}}, {Key: "logo", Value: []byte{1, 2}},
		{Key: "marks", Value: bson.A{1, "b"}}, {Key: "infinite", Value: number("Infinity")},
		{Key: "custom", Value: bson.D{{Key: "level", Value: "gold"}, {Key: "inner", Value: bson.D{{Key: "x", Value: 1}}}}},
		{Key: "_v", Value: int64(7)},
	}
}

func foreignValues(t *testing.T) crm.Values {
	return crm.Values{
		{Field: "name", Value: crm.TextValue("Acme")}, {Field: "employees", Value: crm.IntegerValue(12)},
		{Field: "whole", Value: crm.IntegerValue(3)}, {Field: "score", Value: decimal(t, "0.1")},
		{Field: "revenue", Value: decimal(t, "12.5")}, {Field: "since", Value: crm.DateValue(time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC))},
		{Field: "seen", Value: crm.DateTimeValue(at)}, {Field: "active", Value: crm.BoolValue(true)},
		{Field: "categories", Value: crm.ListValue("a", "b")}, {Field: "custom.level", Value: crm.TextValue("gold")},
		{Field: "_v", Value: crm.IntegerValue(7)},
	}
}

func TestForeignDocumentIsRead(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	db.plant(t, "accounts", foreign(oid))
	want := crm.Record{Kind: crm.Account, ID: oid.Hex(), Values: foreignValues(t), More: true}
	if diff := cmp.Diff(want, record(t, e, crm.Account, oid.Hex())); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

// Each field is written with what was read as its Before, and nothing else of the document changes.
func TestForeignDocumentIsUpdated(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	db.plant(t, "accounts", foreign(oid))
	was := foreignValues(t)
	set := crm.Values{{Field: "notes", Value: crm.TextValue("new")}, {Field: "fax", Value: crm.TextValue("1")},
		{Field: "campaigns", Value: crm.ListValue("c")}, {Field: "custom.rank", Value: crm.IntegerValue(1)}}
	for _, p := range was {
		set = append(set, crm.Pair{Field: p.Field, Value: crm.TextValue("new")})
	}
	wrote(t, e, crm.Account, engine.Written, engine.Write{ID: oid.Hex(), Mark: 9, Before: was, Set: set})
	got := record(t, e, crm.Account, oid.Hex())
	if got.ChangeID != 9 || got.Seq != 0 || len(got.Values) != len(set) {
		t.Errorf("read back: %+v", got)
	}
	left := db.document(t, "accounts", oid)
	for _, name := range []string{"geo", "logo", "marks", "infinite"} {
		if of(left, name) == nil {
			t.Errorf("%s is gone", name)
		}
	}
	if of(of(left, "custom").(bson.D), "inner") == nil {
		t.Error("custom.inner is gone")
	}
}

func TestUnreadableValueIsNotOverwritten(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	db.plant(t, "accounts", foreign(oid))
	for _, field := range []string{"geo", "logo", "marks", "infinite", "custom.inner"} {
		set := crm.Values{{Field: field, Value: crm.TextValue("new")}}
		wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: oid.Hex(), Mark: 9, Set: set})
		wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: oid.Hex(), Mark: 9, Unset: []string{field}})
	}
	text := bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "custom", Value: "text"}}
	db.plant(t, "accounts", text)
	set := crm.Values{{Field: "custom.level", Value: crm.TextValue("new")}}
	wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: of(text, "_id").(bson.ObjectID).Hex(), Mark: 9, Set: set})
}

// A value is not taken for a list that holds it, nor a list for the value.
func TestGuardIsExact(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: oid}, {Key: "name", Value: bson.A{"a", nil, ""}}, {Key: "city", Value: "$name"}})
	set := crm.Values{{Field: "name", Value: crm.TextValue("new")}}
	for _, before := range []crm.Value{{}, crm.TextValue("a"), crm.ListValue("a")} {
		wrote(t, e, crm.Account, engine.Conflict, engine.Write{ID: oid.Hex(), Mark: 9, Before: crm.Values{{Field: "name", Value: before}}, Set: set})
	}
	wrote(t, e, crm.Account, engine.Written, engine.Write{ID: oid.Hex(), Mark: 9,
		Before: crm.Values{{Field: "city", Value: crm.TextValue("$name")}}, Unset: []string{"city"}})
}

// Whatever form _id has, a record is found, scanned, rekeyed and updated by its text, and its contacts point at it in that form.
func TestFormsOfID(t *testing.T) {
	forms := []struct {
		id   any
		text string
	}{{int32(-5), "-5"}, {int64(12), "12"}, {13.0, "13"}, {"013", "013"}, {"14", "14"},
		{"650102030405060708090a0c", "650102030405060708090a0c"}, {"acme.se", "acme.se"},
		{bson.Binary{Subtype: 4, Data: []byte("0123456789abcdef")}, "30313233-3435-3637-3839-616263646566"}, {oid, oid.Hex()}}
	for _, early := range []bool{true, false} {
		t.Run(fmt.Sprintf("there when opened %v", early), func(t *testing.T) {
			db := newDatabase(t)
			e := open(t, db)
			for i := range forms {
				f := forms[len(forms)-1-i]
				db.plant(t, "accounts", bson.D{{Key: "_id", Value: f.id}, {Key: "name", Value: f.text}})
			}
			db.plant(t, "accounts", bson.D{{Key: "_id", Value: bson.D{{Key: "x", Value: 1}}}}, bson.D{{Key: "_id", Value: 1.5}},
				bson.D{{Key: "_id", Value: bson.Binary{Data: []byte("short")}}}, bson.D{{Key: "_id", Value: true}})
			if early {
				e = open(t, db)
			}
			hashes := map[string]int64{}
			for i, f := range forms {
				hashes[f.text] = int64(100 + i)
			}
			ask := engine.Refresh{Keying: engine.Keying{Generation: 1}, Hashes: func(rec *crm.Record) []int64 { return []int64{hashes[rec.ID]} }}
			for _, want := range []int{len(forms), 0} {
				if n, err := e.Refresh(t.Context(), crm.Account, ask); err != nil || n != want {
					t.Fatalf("%d are given keys: %v", n, err)
				}
			}
			var scanned []string
			place := engine.Position{}
			for len(scanned) <= len(forms) {
				recs, err := e.Scan(t.Context(), crm.Account, place, 1)
				if err != nil {
					t.Fatal(err)
				}
				if len(recs) == 0 {
					break
				}
				place.ID = recs[0].ID
				scanned = append(scanned, place.ID)
			}
			for i, f := range forms {
				if i >= len(scanned) || scanned[i] != f.text {
					t.Fatalf("scanned %q", scanned)
				}
				roundTrip(t, db, e, f.id, f.text, int64(100+i))
			}
		})
	}
}

func roundTrip(t *testing.T, db database, e *mongo.Engine, id any, text string, hash int64) {
	t.Helper()
	found, err := e.Find(t.Context(), crm.Account, []int64{hash})
	if err != nil || len(found) != 1 || found[0].ID != text {
		t.Errorf("found %v: %v", found, err)
	}
	w := engine.Write{ID: text, Mark: hash, Before: crm.Values{{Field: "name", Value: crm.TextValue(text)}},
		Set: crm.Values{{Field: "name", Value: crm.TextValue("new")}}}
	wrote(t, e, crm.Account, engine.Written, w)
	wrote(t, e, crm.Account, engine.Already, w)
	if rec := record(t, e, crm.Account, text); rec.ChangeID != hash || rec.Values.Of("name").Text() != "new" {
		t.Errorf("read back: %+v", rec)
	}
	contact := bson.NewObjectID()
	wrote(t, e, crm.Contact, engine.Written, engine.Write{New: true, ID: contact.Hex(), ParentID: text, Seq: 1, Mark: 1})
	if got := of(db.document(t, "contacts", contact), "account_id"); !cmp.Equal(got, id) {
		t.Errorf("account_id is %T %v, the account's _id %T %v", got, got, id, id)
	}
	if got := record(t, e, crm.Contact, contact.Hex()).ParentID; got != text {
		t.Errorf("ParentID is %s, not %s", got, text)
	}
}

// Records that inlet did not create come first, page by page, whatever the page.
func TestScanAcrossBothParts(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	var want []string
	for i := range 7 {
		id := bson.ObjectID{byte(i)}
		db.plant(t, "accounts", bson.D{{Key: "_id", Value: id}})
		want = append(want, id.Hex())
	}
	for i := range 9 {
		id := bson.ObjectID{byte(100 - i)} // against the order of _id
		wrote(t, e, crm.Account, engine.Written, engine.Write{New: true, ID: id.Hex(), Seq: int64(1 + 50*i), Mark: 1})
		want = append(want, id.Hex())
	}
	for limit := 1; limit < 18; limit++ {
		var got []string
		for place := (engine.Position{}); ; {
			recs, err := e.Scan(t.Context(), crm.Account, place, limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(recs) == 0 {
				break
			}
			for _, rec := range recs {
				place = engine.Position{Seq: rec.Seq, ID: rec.ID}
				got = append(got, rec.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("pages of %d: %v", limit, got)
		}
	}
}

// of returns a field of a document, nil if there is none.
func of(doc bson.D, name string) any {
	for _, e := range doc {
		if e.Key == name {
			return e.Value
		}
	}
	return nil
}

func number(s string) bson.Decimal128 {
	d, err := bson.ParseDecimal128(s)
	if err != nil {
		panic(err)
	}
	return d
}

func decimal(t *testing.T, s string) crm.Value {
	v, err := crm.DecimalValue(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func date(y int, m time.Month, d int) bson.DateTime {
	return bson.NewDateTimeFromTime(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// Two documents with one ID both get their keys, once.
func TestOneIDTwice(t *testing.T) {
	db := newDatabase(t)
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: 5}}, bson.D{{Key: "_id", Value: "5"}})
	e := open(t, db)
	for _, want := range []int{2, 0} {
		ask := engine.Refresh{Keying: engine.Keying{Generation: 1}, Hashes: func(*crm.Record) []int64 { return nil }}
		if n, err := e.Refresh(t.Context(), crm.Account, ask); n != want || err != nil {
			t.Errorf("%d are given keys, not %d: %v", n, want, err)
		}
	}
}

// TestInletOfAnotherProgram: null in the place of inlet's marks is replaced, anything else is another program's and stays; the others are keyed.
func TestInletOfAnotherProgram(t *testing.T) {
	db := newDatabase(t)
	strange := []any{nil, 5, "text", bson.A{1}, bson.A{bson.D{{Key: "a", Value: 1}}}, true}
	for i, v := range strange {
		db.plant(t, "accounts", bson.D{{Key: "_id", Value: bson.ObjectID{byte(i + 1)}}, {Key: "name", Value: "Acme"}, {Key: "_inlet", Value: v}})
	}
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: oid}, {Key: "name", Value: "Beta"}}, bson.D{{Key: "_id", Value: 7}, {Key: "_inlet", Value: bson.D{}}})
	e := open(t, db)
	st, err := store.New(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	name := crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}}, Region: "SE"}
	for range 2 { // with the rule new, and known
		if err := st.Index.Use(t.Context(), []crm.Rule{name}); err != nil {
			t.Fatal(err)
		}
	}
	key, _ := name.Key("", vals("name", "Acme"))
	found, err := e.Find(t.Context(), crm.Account, []int64{key.Hash})
	if err != nil || len(found) != 1 || found[0].ID != (bson.ObjectID{1}).Hex() {
		t.Errorf("found %v: %v", found, err)
	}
	for i, v := range strange[1:] {
		if got := of(db.document(t, "accounts", bson.ObjectID{byte(i + 2)}), "_inlet"); fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("_inlet was %v and is %v", v, got)
		}
	}
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: "late"}, {Key: "name", Value: "Acme"}, {Key: "_inlet", Value: nil}})
	if err := st.Index.Use(t.Context(), []crm.Rule{name}); err != nil {
		t.Fatal(err)
	}
	if found, err := e.Find(t.Context(), crm.Account, []int64{key.Hash}); err != nil || len(found) != 2 {
		t.Errorf("found %v: %v", found, err)
	}
	if n, err := st.Records.Unkeyable(t.Context(), crm.Account); err != nil || n != len(strange)-1 {
		t.Errorf("%d records cannot be keyed: %v", n, err)
	}
}
