package mongo_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// What another program has put into a record of inlet's keeps it from being removed by an undo, whether inlet can read it or not.
func TestSharedRecordsAreKept(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	values := crm.Values{{Field: "name", Value: crm.TextValue("Acme")}, {Field: "custom.level", Value: crm.TextValue("gold")}}
	for what, edit := range map[string]bson.D{
		"a text":                   {{Key: "$set", Value: bson.D{{Key: "fax", Value: "1"}}}},
		"a null":                   {{Key: "$set", Value: bson.D{{Key: "fax", Value: nil}}}},
		"a document":               {{Key: "$set", Value: bson.D{{Key: "geo", Value: bson.D{{Key: "lat", Value: 59.3}}}}}},
		"one inside custom":        {{Key: "$set", Value: bson.D{{Key: "custom.inner", Value: bson.D{{Key: "x", Value: 1}}}}}},
		"a number for custom":      {{Key: "$set", Value: bson.D{{Key: "custom", Value: 7}}}},
		"another value":            {{Key: "$set", Value: bson.D{{Key: "name", Value: "Acme AB"}}}},
		"a value in a list":        {{Key: "$set", Value: bson.D{{Key: "name", Value: bson.A{"Acme"}}}}},
		"a field less":             {{Key: "$unset", Value: bson.D{{Key: "custom.level", Value: ""}}}},
		"a field without a name":   {{Key: "$set", Value: bson.D{{Key: "__v", Value: 1}}}},
		"an account of an account": {{Key: "$set", Value: bson.D{{Key: "account_id", Value: oid}}}},
	} {
		id := bson.NewObjectID()
		wrote(t, e, crm.Account, engine.Written, engine.Write{New: true, ID: id.Hex(), Seq: 1, Mark: 9, Set: values})
		if _, err := db.Collection("accounts").UpdateByID(t.Context(), id, edit); err != nil {
			t.Fatal(err)
		}
		t.Run(what, func(t *testing.T) {
			if is := record(t, e, crm.Account, id.Hex()); !is.More && is.Values.Equal(values) {
				t.Errorf("it is read as if there had been no other import: %+v", is)
			}
			wrote(t, e, crm.Account, engine.Conflict, engine.Write{Remove: true, ID: id.Hex(), Expect: 9, Mark: 10, Before: values})
			db.document(t, "accounts", id)
		})
	}
}

// A contact that another program has put into another account is not taken away from there.
func TestAMovedContactStays(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	id, from, to := bson.NewObjectID(), bson.NewObjectID(), bson.NewObjectID()
	wrote(t, e, crm.Contact, engine.Written, engine.Write{New: true, ID: id.Hex(), ParentID: from.Hex(), Seq: 1, Mark: 9})
	w := engine.Write{Remove: true, ID: id.Hex(), ParentID: from.Hex(), Expect: 9, Mark: 10}
	if _, err := db.Collection("contacts").UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "account_id", Value: to}}}}); err != nil {
		t.Fatal(err)
	}
	wrote(t, e, crm.Contact, engine.Conflict, w)
	if _, err := db.Collection("contacts").UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "account_id", Value: from.Hex()}}}}); err != nil {
		t.Fatal(err)
	}
	if n, err := e.Children(t.Context(), crm.Contact, []string{from.Hex()}); err != nil || n[from.Hex()] != 1 {
		t.Errorf("a contact whose account is written as text is not counted: %v, %v", n, err)
	}
	wrote(t, e, crm.Contact, engine.Written, w)
}
