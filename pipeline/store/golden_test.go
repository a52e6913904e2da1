package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/pipeline/store/sqlite"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStoredForm holds what is written into a database: tables, IDs, names of keys and values. A store that an earlier version wrote is read by
// this one, so a difference here is a change of the data's version and not one to be accepted with -update, unless an earlier version passes over what is
// new and this one does without it.
func TestStoredForm(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		file, plan := filepath.Join(dir, "inlet.db"), filepath.Join(dir, "plan.db")
		e, err := sqlite.Open(t.Context(), file)
		must(t, err)
		begun := time.Now()
		everyDocument(t, e, plan)
		must(t, e.Close(context.Background()))
		golden(t, "stored_sqlite.txt", begun, dumpSQLite(t, file))
		golden(t, "stored_plan.txt", begun, dumpSQLite(t, plan))
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		db := newDatabase(t)
		begun := time.Now()
		everyDocument(t, db.engine, filepath.Join(t.TempDir(), "plan.db"))
		golden(t, "stored_mongo.txt", begun, db.dump(t))
	})
}

// everyDocument has the store write at least one document of each kind. The rehearsal of an undo is left in the file plan.
func everyDocument(t *testing.T, e engine.Engine, plan string) {
	t.Helper()
	ctx := t.Context()
	if fresh, err := e.Insert(ctx, engine.Meta, engine.Doc{ID: "schema", Order: "schema", Body: []byte(`{"version":1}`)}); err != nil || !fresh {
		t.Fatal(fresh, err) // of version 1, so that migrating leaves its mark
	}
	s := open(t, picky{e})
	s.Lease.Process = lease.Process{Host: "host", Boot: "boot", PID: 4711, Start: "99"}
	s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: time.Hour, Poll: time.Millisecond}
	s.Tokens.Key = func() ([]byte, error) { return bytes.Repeat([]byte{1}, 32), nil }
	s.Scratch = func(ctx context.Context) (engine.Engine, error) { return sqlite.Open(ctx, plan) }
	must(t, s.Hold(ctx, func(ctx context.Context) error { return everyImport(t, ctx, s) }))
	must(t, s.Hold(ctx, func(context.Context) error { return nil }))
	everySetting(t, s)
	planUndo(t, s)
}

func everyImport(t *testing.T, ctx context.Context, s *store.Store) error {
	must(t, s.Index.Use(ctx, []crm.Rule{byName, byCity, byEmail}))
	asked := wants("first", "in/first")
	asked.Inbox, asked.Source, asked.Sidecar, asked.With = "in", "crm", "first.mapping.yaml", "c0de"
	asked.Recipients = ledger.Recipients{Mail: []string{"ann@example.com"}, Webhooks: []string{"chat"}}
	_, _, err := s.Attempts.Begin(ctx, "in", "in/first", false)
	must(t, err)
	imp, err := s.Imports.Begin(ctx, asked, false)
	must(t, err)
	_, _, err = s.Attempts.Begin(ctx, "in", "in/first", false)
	must(t, err)
	r := row{&imp}
	account, feed := r.create(1, crm.Account, "", everyValue()), r.create(2, crm.Account, "", vals("name", "Beta", "city", "Lund"))
	feed.Feed = crm.NewFeedKey("feed", []byte("K-2"))
	contact := r.create(1, crm.Contact, account.ID, vals("name", "Ann Lee", "email", "ann@example.com"))
	contact.Problems = []ledger.Problem{{Ref: contact.Ref, Code: ledger.CheckDigit, Value: "556", Warning: true}}
	apply(t, s, &imp, r.batch(1, 2, account, contact, feed, r.change(3, crm.Account, ledger.Skip)))
	moved := r.update(4, crm.Contact, contact.ID, feed.ID, r.mark(1, crm.Contact), vals("email", "ann@example.com"), vals("title", "VD"))
	moved.Moved = account.ID
	foreign := r.update(4, crm.Account, account.ID, "", 4711, vals("city", "Malmö"), vals("city", "Boden"))
	b := r.batch(2, 4, moved, foreign, r.create(4, crm.Account, "", vals("name", "Taken")))
	apply(t, s, &imp, b)
	b.Try, b.Changes = 1, []ledger.Change{foreign, b.Changes[2]}
	apply(t, s, &imp, b)
	s.Journal.PieceBytes = 64
	apply(t, s, &imp, r.batch(3, 5, r.create(5, crm.Account, "", vals("name", "Gamma", "notes", strings.Repeat("abc", 10)))))
	s.Journal.PieceBytes = 8 << 20
	imp.State, imp.Ended = ledger.Done, at.Add(time.Minute)
	imp.Reading = ledger.Reading{Above: 2, Sheets: []string{"Kunder"}}
	must(t, s.Imports.Finish(ctx, &imp))
	must(t, s.Outbox.Add(ctx, ledger.NotificationsFor(&imp, "sv", imp.Ended)))
	waiting, err := s.Outbox.Waiting(ctx, 1)
	must(t, err)
	waiting[0].State, waiting[0].Ended, waiting[0].Tries, waiting[0].Error = ledger.Sent, imp.Ended, 2, "busy"
	_, err = s.Outbox.Update(ctx, &waiting[0])
	must(t, err)
	must(t, s.Outbox.Sweep(ctx, at))
	if _, err = s.Imports.Begin(ctx, wants("first", "again"), false); err != nil { // a duplicate
		return err
	}
	held := wants("held", "in/held")
	held.Inbox = "in"
	held, err = s.Imports.Begin(ctx, held, false)
	must(t, err)
	held.State, held.Code, held.Why, held.Ended, held.Ask = ledger.Held, "cap", "too many", at, "Eva"
	must(t, s.Imports.Finish(ctx, &held))
	undo := wants("undo", "")
	undo.Undoes = imp.ID
	undo, err = s.Imports.Begin(ctx, undo, false)
	must(t, err)
	u := row{&undo}
	removed := u.change(1, crm.Account, ledger.Remove)
	removed.ID, removed.Expect, removed.Before, removed.Seq = feed.ID, r.mark(2, crm.Account), feed.After, r.mark(2, crm.Account)
	removed.Rule = ledger.Undoing
	apply(t, s, &undo, u.batch(1, 1, removed))
	undo.State, undo.Ended = ledger.Done, at
	must(t, s.Imports.Finish(ctx, &undo))
	must(t, s.Imports.MarkUndone(ctx, &undo))
	stopped, err := s.Imports.Begin(ctx, wants("stopped", "stopped"), false)
	must(t, err)
	return s.Attempts.Stop(ctx, &stopped, ledger.Stuck)
}

func everyValue() crm.Values {
	vs := vals("name", "Acme", "city", "Malmö")
	vs.Set("customer", crm.BoolValue(true))
	vs.Set("employees", crm.IntegerValue(12))
	vs.Set("campaigns", crm.ListValue("a", "b"))
	vs.Set("founded", crm.DateValue(time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)))
	return vs
}

func everySetting(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	must(t, s.Settings.Edit(ctx, func(o *settings.Additions) {
		o.Fields = append(o.Fields, crm.Field{Kind: crm.Account, Name: "size", Type: crm.Choice, SV: "Storlek", EN: "Size", Choices: crm.Options("big")})
		o.Choices = map[string][]crm.Option{"account.campaigns": crm.Options("fair")}
		o.Users = append(o.Users, crm.Person{ID: "eva", Name: "Eva"})
	}))
	for _, what := range []string{settings.Everything, settings.OfInbox("in"), settings.OfSource("crm")} {
		_, err := s.Pauses.Begin(ctx, what, "moving")
		must(t, err)
	}
	must(t, s.Mappings.KeepMapping(ctx, "c0de", ledger.Sidecar{Name: "first.mapping.yaml", Content: "version: 1\n"}))
	must(t, s.Mappings.Accept(ctx, "in", "first", []string{"Name", "City"}))
	must(t, s.Cancellations.Request(ctx, "stopped-1"))
	must(t, s.History.Remember(ctx, "crm", "etag"))
	must(t, s.History.NoteFiles(ctx, "crm", map[string]json.RawMessage{"abcd": json.RawMessage(`{"name":"a.xlsx"}`), "ef01": json.RawMessage(`{}`)}))
	must(t, s.Status.Set(ctx, "crm", sources.State{Asked: at, Outcome: "failed", Files: 1, Waiting: 2, Why: "away", Next: at, Ran: 3}))
	_, err := s.Status.RequestPoll(ctx, "crm")
	must(t, err)
	must(t, s.Tokens.KeepToken(ctx, "crm", "token", "the secret"))
}

// planUndo rehearses an undo of the account that is left: its contact moves away, so the number of contacts changes.
func planUndo(t *testing.T, s *store.Store) {
	t.Helper()
	r, err := s.Rehearse(t.Context(), rules)
	must(t, err)
	seed := row{&ledger.Import{ID: "first-1", No: 1}}
	imp := ledger.Import{ID: "plan-1", No: 9, Undoes: "first-1", Began: at}
	u := row{&imp}
	removed := u.change(1, crm.Contact, ledger.Remove)
	removed.ID, removed.ParentID, removed.Expect, removed.Before = seed.id(1, crm.Contact), seed.id(2, crm.Account), seed.mark(4, crm.Contact), vals("name", "Ann Lee", "title", "VD")
	_, err = r.Apply(t.Context(), &imp, u.batch(1, 1, removed))
	must(t, err)
	must(t, r.Close(t.Context()))
}

func golden(t *testing.T, name string, begun time.Time, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got = withoutChance(begun, got)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

var (
	moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	token  = regexp.MustCompile(`[A-Z2-7]{26}`)
	sealed = regexp.MustCompile(`"sealed":"[^"]*"`)
)

// withoutChance replaces what differs from one run to the next: times of today and what a random number went into.
func withoutChance(begun time.Time, text string) string {
	text = moment.ReplaceAllStringFunc(text, func(at string) string {
		if when, err := time.Parse(time.RFC3339, at); err == nil && !when.Before(begun.Add(-time.Minute)) {
			return "NOW"
		}
		return at
	})
	text = strings.ReplaceAll(text, `"used":"`+begun.UTC().Format(time.DateOnly), `"used":"TODAY`)
	text = token.ReplaceAllString(text, "TOKEN")
	return sealed.ReplaceAllStringFunc(text, func(s string) string { return fmt.Sprintf(`"sealed":"(%d characters)"`, len(s)-len(`"sealed":""`)) })
}

// unpacked returns a blob as a person can compare it: a journal entry as its JSON, anything else in hexadecimal digits.
func unpacked(blob []byte) string {
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		return err.Error()
	}
	defer unpack.Close()
	if text, err := unpack.DecodeAll(blob, nil); err == nil && len(text) > 0 {
		return string(text)
	}
	return hex.EncodeToString(blob)
}

// dumpSQLite returns the tables of a database and all rows of them.
func dumpSQLite(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	defer db.Close()
	var b strings.Builder
	var tables []string
	query(t, db, "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name", func(row []string) {
		fmt.Fprintf(&b, "%s %s\n%s\n\n", row[0], row[1], row[2])
		if row[0] == "table" {
			tables = append(tables, row[1])
		}
	})
	query(t, db, "SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version)", func(row []string) {
		fmt.Fprintf(&b, "application %s, layout %s\n", row[0], row[1])
	})
	for _, table := range tables {
		fmt.Fprintf(&b, "\n%s\n", table)
		query(t, db, "SELECT * FROM "+table+" ORDER BY 1, 2", func(row []string) { fmt.Fprintln(&b, strings.Join(row, " | ")) })
	}
	return b.String()
}

func query(t *testing.T, db *sql.DB, text string, each func(row []string)) {
	t.Helper()
	rows, err := db.Query(text)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		must(t, rows.Scan(into...))
		texts := make([]string, len(columns))
		for i, v := range values {
			texts[i] = fmt.Sprint(v)
			if blob, is := v.([]byte); is {
				texts[i] = unpacked(blob)
			}
		}
		each(texts)
	}
	must(t, rows.Err())
}

// dump returns all documents of a database, with their types.
func (db database) dump(t *testing.T) string {
	t.Helper()
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	must(t, err)
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "\n%s\n", name)
		found, err := db.Collection(name).Find(t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
		must(t, err)
		var docs []bson.D
		must(t, found.All(t.Context(), &docs))
		for _, doc := range docs {
			for i := range doc {
				if blob, is := doc[i].Value.(bson.Binary); is {
					doc[i].Value = unpacked(blob.Data)
				}
			}
			text, err := bson.MarshalExtJSON(doc, true, false)
			must(t, err)
			fmt.Fprintf(&b, "%s\n", text)
		}
	}
	return b.String()
}
