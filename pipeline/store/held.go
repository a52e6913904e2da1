package store

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
)

// waiting are the imports of one inbox that are held, the oldest first. One too many does no harm: who reads it looks the import up.
type waiting struct {
	Held []ledger.HeldFile `json:"held"`
}

// mostListed is how many imports are looked through for what an older version has held.
const mostListed = 5000

// Held returns what is held of an inbox, the oldest first; the inbox "" is the command line. Some of it may not be held any more.
func (s *Store) Held(ctx context.Context, inbox string) ([]ledger.HeldFile, error) {
	var w waiting
	ok, err := s.load(ctx, heldID(inbox), &w)
	if err == nil && !ok {
		w, err = s.listHeld(ctx, inbox)
	}
	if err != nil {
		return nil, fmt.Errorf("look for what is held: %w", err)
	}
	return w.Held, nil
}

// listHeld makes the list of an inbox that has none yet.
func (s *Store) listHeld(ctx context.Context, inbox string) (waiting, error) {
	w := waiting{Held: []ledger.HeldFile{}}
	imports, err := s.Imports(ctx, 0, mostListed)
	if err != nil {
		return w, err
	}
	for i := range slices.Backward(imports) {
		if imp := &imports[i]; imp.Inbox == inbox && imp.State == ledger.Held {
			w.Held = append(w.Held, imp.AsHeld())
		}
	}
	_, err = s.loadOrInsert(ctx, Meta, heldID(inbox), &w)
	return w, err
}

// noteHeld keeps the list of what is held as an import has ended.
func (s *Store) noteHeld(ctx context.Context, imp *ledger.Import) error {
	held := imp.State == ledger.Held
	if !held && !imp.Approved && imp.State != ledger.Refused {
		return nil // it never was
	}
	all, err := s.Held(ctx, imp.Inbox)
	is := func(w ledger.HeldFile) bool { return w.Import == imp.ID }
	if err != nil || slices.ContainsFunc(all, is) == held {
		return err
	}
	_, err = change(ctx, s, Meta, heldID(imp.Inbox), func(w *waiting) {
		w.Held = slices.DeleteFunc(w.Held, is)
		if held {
			w.Held = append(w.Held, imp.AsHeld())
		}
	})
	return err
}

func heldID(inbox string) string { return "held/" + inbox }
