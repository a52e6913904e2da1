package imports

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// held lists what is held of each inbox. An entry too many does no harm: whoever reads the list looks the import up.
type held struct {
	docs engine.Documents
	all  func(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
}

// heldFiles is the document with what is held of one inbox, the oldest first.
type heldFiles struct {
	Held []ledger.HeldFile `json:"held"`
}

func heldID(inbox string) string { return "held/" + inbox }

func (h held) list(ctx context.Context, inbox string) ([]ledger.HeldFile, error) {
	var files heldFiles
	ok, err := engine.LoadInto(ctx, h.docs, engine.Meta, heldID(inbox), &files)
	if err == nil && !ok {
		files, err = h.build(ctx, inbox)
	}
	return files.Held, err
}

// build makes the list of an inbox that has none yet: an earlier version kept none.
func (h held) build(ctx context.Context, inbox string) (heldFiles, error) {
	const most = 5000 // imports that are looked through
	files := heldFiles{Held: []ledger.HeldFile{}}
	imports, err := h.all(ctx, 0, most)
	if err != nil {
		return files, err
	}
	for i := range slices.Backward(imports) {
		if imp := &imports[i]; imp.Inbox == inbox && imp.State == ledger.Held {
			files.Held = append(files.Held, imp.AsHeld())
		}
	}
	_, err = engine.LoadOrInsert(ctx, h.docs, engine.Meta, heldID(inbox), &files)
	return files, err
}

// note brings the list up to date with how an import has ended.
func (h held) note(ctx context.Context, imp *ledger.Import) error {
	now := imp.State == ledger.Held
	if !now && !imp.Approved && imp.State != ledger.Refused {
		return nil // it never was held
	}
	all, err := h.list(ctx, imp.Inbox)
	is := func(f ledger.HeldFile) bool { return f.Import == imp.ID }
	if err != nil || slices.ContainsFunc(all, is) == now {
		return err
	}
	_, err = engine.Update(ctx, h.docs, engine.Meta, heldID(imp.Inbox), func(files *heldFiles) {
		files.Held = slices.DeleteFunc(files.Held, is)
		if now {
			files.Held = append(files.Held, imp.AsHeld())
		}
	})
	return err
}
