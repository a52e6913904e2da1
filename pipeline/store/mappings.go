package store

import (
	"context"
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
)

// KeepMapping keeps a mapping by its sum, so that what comes back corrected is imported as it was the first time.
func (s *Store) KeepMapping(ctx context.Context, sum string, m ledger.Sidecar) error {
	if _, err := s.loadOrInsert(ctx, Meta, "mapping/"+sum, &m); err != nil {
		return fmt.Errorf("keep the mapping: %w", err)
	}
	return nil
}

// Mapping returns a mapping that was kept, and whether there is one.
func (s *Store) Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error) {
	var m ledger.Sidecar
	ok, err := s.load(ctx, "mapping/"+sum, &m)
	return m, ok, err
}

// accepted is what the last file that was imported with a mapping had for headings.
type accepted struct {
	Headings []string `json:"headings"`
}

// Accepted returns the mapped headings of the last file of this inbox and mapping that was imported, and whether there was one.
func (s *Store) Accepted(ctx context.Context, inbox, mapping string) ([]string, bool, error) {
	var a accepted
	ok, err := s.load(ctx, "accepted/"+inbox+"/"+mapping, &a)
	return a.Headings, ok, err
}

// Accept notes the mapped headings of a file that was imported.
func (s *Store) Accept(ctx context.Context, inbox, mapping string, headings []string) error {
	if _, err := change(ctx, s, Meta, "accepted/"+inbox+"/"+mapping, func(a *accepted) { a.Headings = headings }); err != nil {
		return fmt.Errorf("note the headings: %w", err)
	}
	return nil
}

func (s *Store) load(ctx context.Context, id string, v any) (bool, error) {
	return s.loadFrom(ctx, Meta, id, v)
}

// Next returns the import as Begin would, with the ID and number it will have, and begins nothing.
func (s *Store) Next(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error) {
	base := imp.ID
	var seen runs
	if _, err := s.load(ctx, "runs/"+base, &seen); err != nil {
		return imp, fmt.Errorf("look the import up: %w", err)
	}
	last, ok, err := s.Import(ctx, runID(base, seen.Last))
	if err != nil {
		return imp, fmt.Errorf("look the import up: %w", err)
	}
	if ok && !last.State.Ended() {
		return last, nil
	}
	if ok && last.State == ledger.Done && last.UndoneBy == "" {
		seen.Done = last.ID
	}
	imp.ID = runID(base, seen.Last+1)
	if seen.Done != "" && !again {
		imp.Repeats(seen.Done)
	}
	var number struct {
		Import int64 `json:"import"`
	}
	_, err = s.load(ctx, "numbers", &number)
	imp.No = number.Import + 1
	return imp, err
}

// Reopen lets an import that is held go on, because a person says so. It says whether it did: nobody else may have decided before.
func (s *Store) Reopen(ctx context.Context, id string) (ledger.Import, bool, error) {
	imp, ok, err := s.Import(ctx, id)
	goesOn := imp.State == ledger.Held || imp.State == ledger.Running && imp.Approved
	if err != nil || !ok || !goesOn {
		return imp, false, err
	}
	if imp.State == ledger.Held {
		imp.State, imp.Approved, imp.Attempts = ledger.Running, true, 0
		imp.Archived = ""
		if err := s.reopen(ctx, &imp); err != nil {
			return imp, false, err
		}
	}
	return imp, true, nil
}

func (s *Store) reopen(ctx context.Context, imp *ledger.Import) error {
	doc, ok, err := s.engine.Load(ctx, Imports, imp.ID)
	if err != nil || !ok {
		return err
	}
	if err := s.setOpen(ctx, imp.ID, true); err != nil {
		return err
	}
	return s.replace(ctx, s.engine, doc, imp)
}

// base is an import's ID without its running number.
func base(id string) string { return id[:strings.LastIndexByte(id, '-')] }
