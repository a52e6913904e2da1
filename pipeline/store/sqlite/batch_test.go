package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

func TestABatchIsTakenBack(t *testing.T) {
	crash := errors.New("crash")
	taken := engine.Doc{ID: "other", Order: "1", Body: []byte(`{}`)}
	for name, do := range map[string]func(ctx context.Context, end func(), e engine.Engine) error{
		"when do returns an error": func(context.Context, func(), engine.Engine) error { return crash },
		"when the context ends": func(_ context.Context, end func(), _ engine.Engine) error {
			end()
			return nil
		},
		"when a write failed and do went on": func(ctx context.Context, _ func(), e engine.Engine) error {
			e.Insert(ctx, engine.Journal, engine.Doc{ID: "one", Order: "1", Body: []byte(`{}`)})
			if _, err := e.Insert(ctx, engine.Journal, taken); err == nil {
				t.Error("two documents have one order")
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := opened(t, filepath.Join(t.TempDir(), "inlet.db"))
			put(t, e, 1)
			ctx, end := context.WithCancel(t.Context())
			defer end()
			err := e.Batch(ctx, func(ctx context.Context, e engine.Engine) error {
				put(t, e, 2)
				return do(ctx, end, e)
			})
			if err == nil {
				t.Error("the batch has no error")
			}
			if got := ids(t, e); !slices.Equal(got, []string{id(1)}) {
				t.Errorf("records %v", got)
			}
			put(t, e, 3) // the engine goes on
		})
	}
}

func TestABatchThatPanicsIsTakenBack(t *testing.T) {
	e := opened(t, filepath.Join(t.TempDir(), "inlet.db"))
	func() {
		defer func() { _ = recover() }()
		_ = e.Batch(t.Context(), func(_ context.Context, e engine.Engine) error {
			put(t, e, 1)
			panic("in the middle")
		})
	}()
	put(t, e, 2)
	if got := ids(t, e); !slices.Equal(got, []string{id(2)}) {
		t.Errorf("records %v", got)
	}
}

func TestReadersDoNotWaitForABatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e, other := opened(t, path), opened(t, path)
	err := e.Batch(t.Context(), func(_ context.Context, in engine.Engine) error {
		put(t, in, 1)
		for _, reader := range []engine.Engine{e, other} {
			if got := ids(t, reader); len(got) > 0 {
				t.Errorf("another connection sees %v before it is committed", got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, other); len(got) != 1 {
		t.Errorf("records %v", got)
	}
}

func TestWaitingWriterStopsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e, other := opened(t, path), opened(t, path)
	err := e.Batch(t.Context(), func(context.Context, engine.Engine) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := other.Write(ctx, crm.Account, []engine.Write{account(1)})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("write: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, other, 1)
}

func TestARecordWithoutAPlaceIsAnError(t *testing.T) {
	e := opened(t, filepath.Join(t.TempDir(), "inlet.db"))
	w := account(1)
	w.Seq = 0
	if _, err := e.Write(t.Context(), crm.Account, []engine.Write{account(2), w}); err == nil {
		t.Error("written")
	}
	if got := ids(t, e); len(got) > 0 {
		t.Errorf("records %v of a call that failed", got)
	}
}

func id(n int) string { return fmt.Sprintf("%024x", n) }

// account is the write of a new one.
func account(n int) engine.Write {
	return engine.Write{New: true, ID: id(n), Seq: int64(n), Mark: 9, Set: crm.Values{{Field: "name", Value: crm.TextValue("one")}},
		Hashes: []int64{int64(n)}, At: time.Unix(int64(n), 0)}
}

func put(t *testing.T, e engine.Engine, n int) {
	t.Helper()
	got, err := e.Write(t.Context(), crm.Account, []engine.Write{account(n)})
	if err != nil || got[0] != engine.Written {
		t.Fatalf("write: %v, %v", got, err)
	}
}

func ids(t *testing.T, e engine.Engine) []string {
	t.Helper()
	recs, err := e.Scan(t.Context(), crm.Account, engine.Position{}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	found := make([]string, len(recs))
	for i, rec := range recs {
		found[i] = rec.ID
	}
	return found
}
