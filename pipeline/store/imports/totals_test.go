package imports_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/imports"
)

// byOne writes documents one after the other, as a database without transactions does.
type byOne struct {
	engine.Documents
	between func() error // is called behind the first, unless it is nil
}

func (d *byOne) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	for n := range docs {
		if done, err := d.Documents.WriteAll(ctx, table, docs[n:n+1]); done == 0 || err != nil {
			return n, err
		}
		if between := d.between; n == 0 && between != nil && table == engine.Imports {
			d.between = nil
			if err := between(); err != nil {
				return 0, err
			}
		}
	}
	return len(docs), nil
}

func created(imp *ledger.Import, n int) { imp.Tally.Counts[0].Created = n }

func wantTotal(t *testing.T, docs engine.Documents, want int) {
	t.Helper()
	days, err := imports.NewCatalog(newProcess(docs, 0).Imports).Days(t.Context(), "2000-01-01", 100)
	must(t, err)
	if diff := cmp.Diff([]listing.Day{{Date: listing.DateOf(at), Inboxes: map[string]listing.Rows{"in": {Created: want}}}}, days); diff != "" {
		t.Errorf("the totals (-want +got):\n%s", diff)
	}
}

// TestSuspendedBetweenDayAndImport: a process has counted an import and not yet written it, when another one counts another. Whatever the first does then,
// each import is counted once.
func TestSuspendedBetweenDayAndImport(t *testing.T) {
	for name, dies := range map[string]bool{"it goes on": false, "it dies": true} {
		t.Run(name, func(t *testing.T) {
			docs := &byOne{Documents: &enginetest.Documents{}}
			first, second := newProcess(docs, 1), newProcess(docs, 1)
			a, b := first.begin(t, "a", "a"), second.begin(t, "b", "b")
			created(&a, 1)
			created(&b, 10)
			docs.between = func() error {
				second.finish(t, &b, ledger.Done)
				if dies {
					return context.Canceled
				}
				return nil
			}
			a.State = ledger.Done
			err := first.Finish(t.Context(), &a)
			if (err != nil) != dies {
				t.Fatal(err)
			}
			if dies {
				wantTotal(t, docs, 10)
				must(t, newProcess(docs, 2).Finish(t.Context(), &a))
			}
			wantTotal(t, docs, 11)
			c := second.begin(t, "c", "c")
			created(&c, 100)
			second.finish(t, &c, ledger.Done)
			wantTotal(t, docs, 111)
		})
	}
}

// TestUndoneWhileItIsWritten: an undo of an import is noted while another process writes it once more.
func TestUndoneWhileItIsWritten(t *testing.T) {
	docs := &byOne{Documents: &enginetest.Documents{}}
	first, second := newProcess(docs, 1), newProcess(docs, 1)
	a := first.begin(t, "a", "a")
	created(&a, 1)
	first.finish(t, &a, ledger.Cancelled)
	wantTotal(t, docs, 1)
	created(&a, 3)
	docs.between = func() error { return second.MarkUndone(t.Context(), &ledger.Import{ID: "u-1", Undoes: a.ID}) }
	first.finish(t, &a, ledger.Done)
	wantTotal(t, docs, 0)
	if now, _, err := first.Import(t.Context(), a.ID); err != nil || now.UndoneBy != "u-1" || now.State != ledger.Done {
		t.Errorf("%+v, %v", now, err)
	}
	must(t, second.MarkUndone(t.Context(), &ledger.Import{ID: "v-1", Undoes: "x-1"}))
}
