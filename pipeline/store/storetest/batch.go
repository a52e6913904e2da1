package storetest

import (
	"context"
	"errors"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var errCrash = errors.New("crash")

var batching = []rule{
	{"what a batch wrote is there afterwards", func(s suite) {
		s.whole(func(_ context.Context, in suite) error {
			in.given(insert(1, 9, "one", 7))
			in.inserted(doc("a", "1"))
			return nil
		})
		s.finds([]int64{7}, account(1, 9, "one"))
		s.loaded("a", version(doc("a", "1"), 1))
	}},
	{"a batch sees what it wrote itself", func(s suite) {
		s.given(insert(1, 9, "one", 7))
		s.whole(func(_ context.Context, in suite) error {
			in.given(rename(1, 9, 10, "one", "first"), insert(2, 10, "two", 8))
			in.finds([]int64{7, 8}, account(1, 10, "first"), account(2, 10, "two"))
			in.stored(account(1, 10, "first"), account(2, 10, "two"))
			in.rekey(keyed{id: id(1), hashes: []int64{17}}, keyed{id: id(2), hashes: []int64{8}})
			in.finds([]int64{7})
			in.finds([]int64{17}, account(1, 10, "first"))
			in.inserted(doc("a", "1"))
			in.loaded("a", version(doc("a", "1"), 1))
			return nil
		})
	}},
	{"a batch inside a batch is part of it", func(s suite) {
		s.whole(func(_ context.Context, in suite) error {
			in.given(insert(1, 9, "one"))
			in.whole(func(_ context.Context, inner suite) error {
				inner.stored(account(1, 9, "one"))
				inner.given(insert(2, 9, "two"))
				return nil
			})
			in.stored(account(1, 9, "one"), account(2, 9, "two"))
			return nil
		})
		s.stored(account(1, 9, "one"), account(2, 9, "two"))
	}},
	{"the error of what a batch does is the batch's", func(s suite) {
		err := s.batch(func(context.Context, suite) error { return errCrash })
		if !errors.Is(err, errCrash) {
			s.Fatalf("the batch ended with %v", err)
		}
	}},
	{"a batch that a crash cuts short is completed by repeating it", func(s suite) {
		s.given(insert(1, 9, "one", 7), insert(2, 9, "two"))
		first := []engine.Write{insert(3, 10, "three", 8), rename(1, 9, 10, "one", "first")}
		second := []engine.Write{insert(4, 10, "four"), rename(2, 9, 10, "two", "second")}
		err := s.batch(func(_ context.Context, in suite) error {
			in.given(first...)
			in.inserted(doc("a", "1"))
			return errCrash
		})
		if !errors.Is(err, errCrash) {
			s.Fatalf("the batch ended with %v", err)
		}
		s.halfway(account(1, 9, "one"), account(1, 10, "first"))
		s.whole(func(ctx context.Context, in suite) error {
			in.repeated(append(first, second...))
			_, err := in.Insert(ctx, engine.Journal, doc("a", "1"))
			return err
		})
		s.stored(account(1, 10, "first"), account(2, 10, "second"), account(3, 10, "three"), account(4, 10, "four"))
		s.finds([]int64{7, 8}, account(1, 10, "first"), account(3, 10, "three"))
		s.loaded("a", version(doc("a", "1"), 1))
	}},
	{"a batch whose context has ended is an error", func(s suite) {
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		err := s.Batch(ctx, func(ctx context.Context, e engine.Engine) error {
			_, err := e.Write(ctx, crm.Account, []engine.Write{insert(1, 9, "one")})
			return err
		})
		if !errors.Is(err, context.Canceled) {
			s.Fatalf("the batch ended with %v", err)
		}
		s.stored()
	}},
}

// whole runs a batch that must end well.
func (s suite) whole(do func(ctx context.Context, in suite) error) {
	s.Helper()
	if err := s.batch(do); err != nil {
		s.Fatal(err)
	}
}

// halfway wants a record to be as it was before the batch or as the batch left it.
func (s suite) halfway(before, after crm.Record) {
	s.Helper()
	got, err := s.ByID(s.Context(), before.Kind, []string{before.ID})
	if err == nil && len(got) == 1 && got[0].ChangeID == after.ChangeID {
		before = after
	}
	s.same([]crm.Record{before}, got, err)
}

// repeated wants each write to be made now or to have been made before.
func (s suite) repeated(writes []engine.Write) {
	s.Helper()
	for i, result := range s.write(crm.Account, writes...) {
		if result == engine.Conflict {
			s.Fatalf("write %d is refused when repeated", i)
		}
	}
}
