package store_test

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// TestApplicationsEdits: a record is found by what another program has made of it, and no longer by what it was, whoever created it. It is found in a
// plan, too, which writes nothing; and a record that stays as it is is not looked at again.
func TestApplicationsEdits(t *testing.T) {
	set := func(field string, v any) bson.D {
		return bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: v}}}}
	}
	for name, c := range map[string]struct {
		edit     bson.D
		now, was crm.Values // each finds both records, and none; nil: not asked
	}{
		"another name":                 {set("name", "Beta"), vals("name", "BETA"), vals("name", "Alfa")},
		"no name":                      {bson.D{{Key: "$unset", Value: bson.D{{Key: "name", Value: ""}}}}, nil, vals("name", "Alfa")},
		"null for a name":              {set("name", nil), nil, vals("name", "Alfa")},
		"a number for a name":          {set("name", 47), vals("name", "47"), vals("name", "Alfa")},
		"a list for a name":            {set("name", bson.A{"Alfa"}), nil, nil},
		"an object for a name":         {set("name", bson.D{{Key: "sv", Value: "Alfa"}}), nil, vals("name", "Alfa")},
		"a field that no rule has":     {set("phone", "1"), vals("name", "Alfa"), nil},
		"the object of inlet's is new": {set("_inlet", nil), vals("name", "Alfa"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			db := newDatabase(t)
			s := open(t, db.engine)
			s.Scratch = sqlite.Scratch
			must(t, s.Index.Use(t.Context(), rules))
			imp := begin(t, s, "a")
			r := row{&imp}
			apply(t, s, &imp, r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Alfa", "city", "Lund"))))
			accounts := db.Collection("accounts")
			_, err := accounts.InsertOne(t.Context(), bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "name", Value: "Alfa"}})
			must(t, err)
			must(t, s.Index.Use(t.Context(), rules))
			_, err = accounts.UpdateMany(t.Context(), bson.D{}, c.edit)
			must(t, err)
			finds := func(in string, count func(crm.Values) int) {
				if n := count(c.now); c.now != nil && n != 2 {
					t.Errorf("%s: %d are found by what they are", in, n)
				}
				if n := count(c.was); c.was != nil && n != 0 {
					t.Errorf("%s: %d are found by what they were", in, n)
				}
			}
			before := db.dump(t)
			finds("plan", func(vs crm.Values) int { return len(planned(t, s, byName, "", vs)) })
			same(t, "after a plan", before, db.dump(t))
			must(t, s.Index.Use(t.Context(), rules))
			finds("import", func(vs crm.Values) int { return len(hits(t, db.engine, byName, "", vs)) })
			same(t, "looked at again", 0, stale(t, s))
		})
	}
}

// TestApplicationMovesAContact: a contact is found in the account that another program has put it into, in whichever form it wrote the _id.
func TestApplicationMovesAContact(t *testing.T) {
	for _, form := range []func(bson.ObjectID) any{func(id bson.ObjectID) any { return id }, func(id bson.ObjectID) any { return id.Hex() }} {
		db := newDatabase(t)
		s := open(t, db.engine)
		s.Scratch = sqlite.Scratch
		must(t, s.Index.Use(t.Context(), rules))
		imp := begin(t, s, "a")
		r := row{&imp}
		to := bson.NewObjectID()
		apply(t, s, &imp, r.batch(1, 2, r.create(1, crm.Account, "", vals("name", "Alfa")), r.create(1, crm.Contact, r.id(1, crm.Account), vals("email", "a@example.com"))))
		_, err := db.Collection("contacts").UpdateMany(t.Context(), bson.D{}, bson.D{{Key: "$set", Value: bson.D{{Key: "account_id", Value: form(to)}}}})
		must(t, err)
		email := vals("email", "a@example.com")
		same(t, "planned in the new account", 1, len(planned(t, s, byEmail, to.Hex(), email)))
		must(t, s.Index.Use(t.Context(), rules))
		same(t, "in the new account", 1, len(hits(t, db.engine, byEmail, to.Hex(), email)))
		same(t, "in the old account", 0, len(hits(t, db.engine, byEmail, r.id(1, crm.Account), email)))
		same(t, "looked at again", 0, stale(t, s))
	}
}

// TestEditBetweenReadAndWrite: what another program does to a record while inlet gives it its keys is found by the next import, whether the keys were
// given by an import's index or with an import's own update.
func TestEditBetweenReadAndWrite(t *testing.T) {
	db := newDatabase(t)
	s := open(t, db.engine)
	must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity}))
	accounts := db.Collection("accounts")
	id := bson.NewObjectID()
	_, err := accounts.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "name", Value: "Alfa"}, {Key: "city", Value: "Lund"}})
	must(t, err)
	rename := func(name string) {
		_, err := accounts.UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: name}}}})
		must(t, err)
	}
	ask := engine.Refresh{Keying: *s.Index.Rules().Keying(crm.Account), Complete: true, Hashes: func(rec *crm.Record) []int64 {
		rename("Beta") // between the read and the write of the index
		return s.Index.Rules().Hashes(rec)
	}}
	_, err = db.engine.Refresh(t.Context(), crm.Account, ask)
	must(t, err)
	must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity}))
	same(t, "by its name during the index", []string{id.Hex()}, hits(t, db.engine, byName, "", vals("name", "Beta")))

	f := &fault{}
	f.before = func(name string) {
		if name == "write" {
			rename("Gamma") // between the look-up and the update of its city, which a rule is made of
		}
	}
	late, err := store.New(t.Context(), faulty{db.engine, f})
	must(t, err)
	imp := begin(t, late, "a")
	r := row{&imp}
	outcomes := apply(t, late, &imp, r.batch(1, 1, r.update(1, crm.Account, id.Hex(), "", 0, vals("city", "Lund"), vals("city", "Umeå"))))
	same(t, "conflicts", []bool{false}, lost(outcomes))
	must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity}))
	same(t, "by its name during the update", []string{id.Hex()}, hits(t, db.engine, byName, "", vals("name", "Gamma")))
	same(t, "by its city", []string{id.Hex()}, hits(t, db.engine, byCity, "", vals("city", "Umeå")))
}

// TestOldIndexDoesNotUndoANewOne: a process that gives keys by the rules of yesterday, without the lease, leaves the records that have those of today.
func TestOldIndexDoesNotUndoANewOne(t *testing.T) {
	db := newDatabase(t)
	old := open(t, db.engine)
	must(t, old.Index.Use(t.Context(), []crm.Rule{byName}))
	accounts := db.Collection("accounts")
	id := bson.NewObjectID()
	_, err := accounts.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "name", Value: "Alfa"}, {Key: "city", Value: "Lund"}})
	must(t, err)
	ask := engine.Refresh{Keying: *old.Index.Rules().Keying(crm.Account), KeepNewer: true, Complete: true, Hashes: func(rec *crm.Record) []int64 {
		must(t, open(t, db.engine).Index.Use(t.Context(), []crm.Rule{byName, byCity})) // between its read and its write
		return old.Index.Rules().Hashes(rec)
	}}
	_, err = db.engine.Refresh(t.Context(), crm.Account, ask)
	must(t, err)
	same(t, "by the newer rule", []string{id.Hex()}, hits(t, db.engine, byCity, "", vals("city", "Lund")))
}

// planned returns the IDs of the records that a plan finds.
func planned(t *testing.T, s *store.Store, rule crm.Rule, account string, vs crm.Values) []string {
	t.Helper()
	plan, err := s.Rehearse(t.Context(), rules)
	must(t, err)
	defer plan.Close(context.Background())
	key, ok := rule.Key(account, vs)
	if !ok {
		return nil
	}
	found, err := plan.Find(t.Context(), rule.Kind, []crm.Key{key})
	must(t, err)
	return matching(rule, key, found)
}

// hits returns the IDs of the records that have the key of these values.
func hits(t *testing.T, e engine.Records, rule crm.Rule, account string, vs crm.Values) []string {
	t.Helper()
	key, ok := rule.Key(account, vs)
	if !ok {
		return nil
	}
	found, err := e.Find(t.Context(), rule.Kind, []int64{key.Hash})
	must(t, err)
	return matching(rule, key, found)
}

func matching(rule crm.Rule, key crm.Key, found []crm.Record) []string {
	var ids []string
	for _, rec := range found {
		if is, ok := rule.Key(rec.ParentID, rec.Values); ok && is == key {
			ids = append(ids, rec.ID)
		}
	}
	return ids
}

// stale returns how many records the next import would give keys.
func stale(t *testing.T, s *store.Store) int {
	t.Helper()
	n := 0
	for _, kind := range crm.Kinds {
		must(t, s.Index.Stale(t.Context(), kind, rules, func(page []crm.Record) error {
			n += len(page)
			return nil
		}))
	}
	return n
}
