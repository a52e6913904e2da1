// Package storetest is the contract of a store's engine, written as tests. Every engine passes all of it; what only one engine
// promises is tested beside that engine.
package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// group is some rules about one subject.
type group struct {
	name  string
	rules []rule
}

var (
	recordGroups   = []group{{"find", finding}, {"scan", scanning}, {"insert", inserting}, {"update", updating}, {"remove", removing}, {"rekey", rekeying}, {"values", keeping}, {"batch", batching}, {"copying", copying}, {"search", searching}}
	documentGroups = []group{{"documents", documents}, {"range", ranging}}
)

// Run checks an engine against the contract. Each call of open returns an empty one; open closes it when its test ends.
func Run(t *testing.T, open func(t *testing.T) engine.Engine) {
	run(t, recordGroups, open)
	run(t, documentGroups, open)
}

// RunDocuments checks documents against their part of the contract.
func RunDocuments(t *testing.T, open func(t *testing.T) engine.Documents) {
	run(t, documentGroups, func(t *testing.T) engine.Engine { return onlyDocuments{Documents: open(t)} })
}

// onlyDocuments is an engine without records.
type onlyDocuments struct {
	engine.Documents
	engine.Records
	engine.Copying
	engine.Browsing
}

func (e onlyDocuments) Batch(ctx context.Context, do func(context.Context, engine.Engine) error) error {
	return do(ctx, e)
}
func (onlyDocuments) Capabilities() engine.Capabilities { return engine.Capabilities{} }
func (onlyDocuments) DataDir() string                   { return "" }
func (onlyDocuments) Close(context.Context) error       { return nil }

func run(t *testing.T, groups []group, open func(t *testing.T) engine.Engine) {
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, r := range g.rules {
				t.Run(r.says, func(t *testing.T) { r.check(suite{t, open(t)}) })
			}
		})
	}
}

// rule is one sentence of the contract and how it is checked.
type rule struct {
	says  string
	check func(s suite)
}

// suite is one rule's test with the engine it has to itself.
type suite struct {
	*testing.T
	engine.Engine
}

// at is when everything in the suite happens; an engine never asks a clock.
var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// id is an ID of the form inlet gives.
func id(n int) string { return fmt.Sprintf("%024x", n) }

func named(name string) crm.Values { return crm.Values{{Field: "name", Value: crm.TextValue(name)}} }

// insert is the write of a new account called name.
func insert(n int, mark int64, name string, hashes ...int64) engine.Write {
	return engine.Write{New: true, ID: id(n), Seq: int64(n), Mark: mark, Set: named(name), Hashes: hashes, At: at}
}

// rename is the update of an account's name alone.
func rename(n int, expect, mark int64, from, to string) engine.Write {
	return engine.Write{ID: id(n), Expect: expect, Mark: mark, Before: named(from), Set: named(to), At: at}
}

// account is the record that insert makes.
func account(n int, mark int64, name string) crm.Record {
	return crm.Record{Kind: crm.Account, ID: id(n), Seq: int64(n), ChangeID: mark, Values: named(name)}
}

func (s suite) write(kind crm.Kind, writes ...engine.Write) []engine.Result {
	s.Helper()
	results, err := s.Write(s.Context(), kind, writes)
	if err != nil {
		s.Fatal(err)
	}
	if len(results) != len(writes) {
		s.Fatalf("%d writes have %d results", len(writes), len(results))
	}
	return results
}

// wrote carries writes to accounts out and wants these results of them.
func (s suite) wrote(want []engine.Result, writes ...engine.Write) {
	s.Helper()
	if diff := gocmp.Diff(want, s.write(crm.Account, writes...)); diff != "" {
		s.Fatalf("results of writes (-want +got):\n%s", diff)
	}
}

// given carries out writes to accounts that must all be written.
func (s suite) given(writes ...engine.Write) {
	s.Helper()
	s.wrote(slices.Repeat([]engine.Result{engine.Written}, len(writes)), writes...)
}

// stored wants the accounts to be these and no others, in this order of creation.
func (s suite) stored(want ...crm.Record) {
	s.Helper()
	got, err := s.Scan(s.Context(), crm.Account, engine.Position{}, len(want)+10)
	s.same(want, got, err)
}

// found wants these records, in any order, of what a look-up returned.
func (s suite) found(want []crm.Record, got []crm.Record, err error) {
	s.Helper()
	slices.SortFunc(got, func(a, b crm.Record) int { return cmp.Compare(a.ID, b.ID) })
	s.same(want, got, err)
}

func (s suite) same(want, got []crm.Record, err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	if len(want) == 0 && len(got) == 0 {
		return
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		s.Fatalf("records (-want +got):\n%s", diff)
	}
}

// finds wants these accounts behind these key hashes.
func (s suite) finds(hashes []int64, want ...crm.Record) {
	s.Helper()
	got, err := s.Find(s.Context(), crm.Account, hashes)
	s.found(want, got, err)
}

func (s suite) batch(do func(ctx context.Context, in suite) error) error {
	return s.Batch(s.Context(), func(ctx context.Context, e engine.Engine) error { return do(ctx, suite{s.T, e}) })
}
