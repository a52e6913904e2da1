package document_test

import (
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

func layout(t *testing.T, kind crm.Kind, names document.Names) *document.Layout {
	t.Helper()
	l, err := document.NewLayout(kind, names)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestPlaces: where fields are, which have no place, and what is refused.
func TestPlaces(t *testing.T) {
	l := layout(t, crm.Account, document.Names{Created: "audit.at", Modified: document.Off, Fields: map[string]string{"name": "companyName", "zip": "address.zip", "custom.a": "custom.b"}})
	for field, want := range map[string]struct {
		path     string
		unplaced bool
		refused  bool
	}{
		"name": {path: "companyName"}, "zip": {path: "address.zip"}, "custom.a": {path: "custom.b"}, "city": {path: "city"}, "custom.c": {path: "custom.c"},
		"modified": {path: "modified", refused: true}, "created": {path: "created", refused: true}, "custom": {path: "custom", refused: true}, "a.b": {path: "a.b", refused: true},
		"address": {path: "address", unplaced: true, refused: true}, "audit": {path: "audit", unplaced: true, refused: true},
		"companyName": {path: "companyName", unplaced: true, refused: true}, "custom.b": {path: "custom.b", unplaced: true, refused: true},
	} {
		if got := l.Path(field); got != want.path || l.Unplaced(field) != want.unplaced || (l.Check(field) != nil) != want.refused {
			t.Errorf("%s is at %s, unplaced %v, refused: %v", field, got, l.Unplaced(field), l.Check(field))
		}
	}
	for path, want := range map[string]string{"companyName": "name", "address.zip": "zip", "custom.b": "custom.a", "city": "city", "custom.c": "custom.c",
		"name": "", "zip": "", "address": "", "audit.at": "", "_id": "", "tenant": "", "address.geo": "", "custom.c.d": ""} {
		if got := l.Mapped(path); got != want {
			t.Errorf("at %s is the field %q, not %q", path, got, want)
		}
	}
	for name, want := range map[string]bool{"companyName": true, "address": true, "audit": true, "city": true, "custom": true, "name": false, "zip": false, "modified": false, "tenant": false} {
		if l.Writes(name) != want {
			t.Errorf("inlet writes %s: %v", name, !want)
		}
	}
	if got := l.AllUnplaced(); !slices.Equal(got, []string{"address"}) {
		t.Errorf("without a place: %v", got)
	}
}

// TestPathsThatCannotBe: two things at one path, and paths that MongoDB does not have.
func TestPathsThatCannotBe(t *testing.T) {
	for _, names := range []document.Names{
		{Fields: map[string]string{"name": "_id"}}, {Fields: map[string]string{"name": "_inlet"}}, {Fields: map[string]string{"name": "_inlet.a"}},
		{Fields: map[string]string{"name": "a", "zip": "a"}}, {Fields: map[string]string{"name": "a.b", "zip": "a"}}, {Fields: map[string]string{"name": ""}},
		{Fields: map[string]string{"name": "a."}}, {Fields: map[string]string{"name": "$a"}}, {Fields: map[string]string{"name": "a.$b"}}, {Fields: map[string]string{"name": "a\x00"}},
		{Created: "modified"}, {Created: "x", Modified: "x.y"}, {Parent: "created"}, {Parent: "a", Fields: map[string]string{"name": "a.b"}},
	} {
		if _, err := document.NewLayout(crm.Contact, names); err == nil {
			t.Errorf("%+v is taken", names)
		}
	}
}

func raw(t *testing.T, v any) bson.RawValue {
	t.Helper()
	kind, b, err := bson.MarshalValue(v)
	if err != nil {
		t.Fatal(err)
	}
	return bson.RawValue{Type: kind, Value: b}
}

// TestTypesOfNewIDs: the _id of a new record, and what its contacts have of it.
func TestTypesOfNewIDs(t *testing.T) {
	oid := bson.ObjectID{1, 2}
	uuid := bson.Binary{Subtype: 4, Data: []byte("0123456789abcdef")}
	text, _ := document.IDText(raw(t, uuid))
	for _, c := range []struct {
		id   string
		form ledger.IDForm
		want any
	}{{oid.Hex(), ledger.ObjectIDs, oid}, {oid.Hex(), ledger.TextIDs, oid.Hex()}, {text, ledger.UUIDs, uuid}, {text, ledger.TextIDs, text}, {text, ledger.ObjectIDs, text}} {
		if got := raw(t, document.NewID(c.id, c.form)); !got.Equal(raw(t, c.want)) {
			t.Errorf("%s of the form %q is %v, not %v", c.id, c.form, got, c.want)
		}
	}
	for _, c := range []struct {
		pointer, id any
		want        any // of an account with this _id
	}{{oid, oid, oid}, {oid.Hex(), oid, oid.Hex()}, {oid, oid.Hex(), oid}, {text, uuid, text}, {"7", int32(7), "7"}, {int64(7), int32(7), int32(7)}, {"a", "a", "a"}} {
		id, _ := document.IDText(raw(t, c.id))
		to := document.PointersLike(raw(t, c.pointer).Type, raw(t, c.id).Type)
		if got := raw(t, to.To(id, c.id)); !got.Equal(raw(t, c.want)) {
			t.Errorf("where one has %v of %v, another has %v, not %v", c.pointer, c.id, got, c.want)
		}
	}
}
