package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// TestRowTooLarge: a record that SQLite does not take is refused by itself, new or changed, and the others of the call are written.
func TestRowTooLarge(t *testing.T) {
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inlet.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	e.SetMost(1000)
	long := crm.Values{{Field: "notes", Value: crm.TextValue(strings.Repeat("x", 1000))}}
	short := crm.Values{{Field: "name", Value: crm.TextValue("Acme")}}
	err = e.Batch(t.Context(), func(ctx context.Context, e engine.Engine) error {
		_, err := e.Write(ctx, crm.Account, []engine.Write{{New: true, ID: id(1), Seq: 1, Mark: 1, Set: short}})
		if err != nil {
			return err
		}
		got, err := e.Write(ctx, crm.Account, []engine.Write{{New: true, ID: id(2), Seq: 2, Mark: 2, Set: long, Hashes: []int64{7}},
			{ID: id(1), Expect: 1, Mark: 3, Set: long, Rekey: true, Hashes: []int64{7}}, {New: true, ID: id(3), Seq: 3, Mark: 3, Set: short}})
		for i, r := range got {
			if large := i < 2; large != (r.Why != nil && r.Why.Reason == engine.TooLarge) || large == (r == engine.Written) {
				t.Errorf("write %d has %+v", i, r)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	recs, err := e.Scan(t.Context(), crm.Account, engine.Position{}, 10)
	if err != nil || len(recs) != 2 || recs[0].ChangeID != 1 {
		t.Errorf("records %+v: %v", recs, err)
	}
	if found, err := e.Find(t.Context(), crm.Account, []int64{7}); err != nil || len(found) > 0 {
		t.Errorf("found by the keys of what was refused: %v %v", found, err)
	}
}

// TestFullDiskIsRetried: a full disk is a fault of the surroundings, and not of the workbook.
func TestFullDiskIsRetried(t *testing.T) {
	isWorld := func(what string, err error) {
		t.Helper()
		if _, ok := errors.AsType[*ledger.Temporary](err); !ok {
			t.Errorf("%s: %v", what, err)
		}
	}
	full := func(ctx context.Context, e *sqlite.Engine) error {
		_, err := e.Insert(ctx, engine.Meta, engine.Doc{ID: "big", Order: "big", Body: []byte("{}"), Blob: make([]byte, 1<<20)})
		return err
	}
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inlet.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	if err := e.LimitPages(100); err != nil {
		t.Fatal(err)
	}
	isWorld("a full disk", full(t.Context(), e))
	isWorld("a full disk in a batch", e.Batch(t.Context(), func(ctx context.Context, e engine.Engine) error {
		return full(ctx, e.(*sqlite.Engine))
	}))
}
