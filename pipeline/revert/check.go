package revert

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Imports has the imports that a store knows.
type Imports interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	Removed(ctx context.Context, id string) (bool, error)
}

// CodeUndone is the code of an import that was stuck and is undone: its file goes to failed, and it cannot be resumed.
const CodeUndone = "undone"

// Check returns an import that can be undone. The error is a *ledger.Refusal where it cannot.
func Check(ctx context.Context, store Imports, id string) (ledger.Import, error) {
	imp, ok, err := store.Import(ctx, id)
	switch {
	case err != nil:
		return imp, err
	case !ok:
		return imp, missing(ctx, store, id)
	case imp.UndoneBy != "":
		by, _, err := store.Import(ctx, imp.UndoneBy)
		if err == nil && by.State.Ended() {
			err = refusal("undone", message.Say("%s was already undone, by %s; `inlet undo %s` restores it", id, imp.UndoneBy, imp.UndoneBy))
		}
		return imp, err
	case imp.IsPruned():
		return imp, refusal("pruned", message.Say("%s can no longer be undone: its journal was removed %s days after it ended (retention.journal)", id, imp.Pruned.Days))
	case imp.State == ledger.Done && imp.Undoes != "":
		return imp, checkRedo(ctx, store, &imp)
	case imp.State == ledger.Done || imp.State.Waits() || imp.Code == CodeUndone:
		return imp, nil
	case imp.State == ledger.Running && imp.Undoes != "":
		return imp, refusal("running", message.Say("%s is not done yet; `inlet undo %s` finishes it if it was interrupted", id, imp.Undoes))
	case imp.State == ledger.Running:
		return imp, refusal("running", message.Say("%s is not done yet: wait until it is (if it was interrupted, import it again), then undo it", id))
	case imp.State == ledger.Held:
		return imp, refusal("held", message.Say("%s is held and has written nothing: `inlet discard %s` discards it", id, id))
	}
	return imp, refusal("nothing", message.Say("%s has written nothing, so there is nothing to undo", id))
}

// missing returns why an import that is not in the store cannot be undone.
func missing(ctx context.Context, store Imports, id string) error {
	removed, err := store.Removed(ctx, id)
	if err == nil && removed {
		err = refusal("removed", message.Say("%s can no longer be undone: it was removed from the store (retention.imports)", id))
	}
	if err != nil {
		return err
	}
	return refusal("unknown", message.Say("import %s was not found; `inlet list` lists the imports", id))
}

// checkRedo returns why an undo cannot be undone; nil if it can.
func checkRedo(ctx context.Context, store Imports, imp *ledger.Import) error {
	of, _, err := store.Import(ctx, imp.Undoes)
	if err == nil && of.Code == CodeUndone {
		err = refusal("stuck", message.Say("%s undid an import that was stuck: put its file into the inbox again instead", imp.ID))
	}
	return err
}

func refusal(code string, text message.Text) error { return &ledger.Refusal{Code: code, Text: text} }

// ImportOf returns the import that takes another back, as nothing of it is known yet. Its ID is made of that of the other, so that one that
// was interrupted is found again.
func ImportOf(of *ledger.Import) ledger.Import {
	h := sha256.Sum256([]byte("undo\x00" + of.ID))
	return ledger.Import{ID: strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12]), Undoes: of.ID, Workbook: of.Workbook, Sum: of.Sum,
		Mapping: of.Mapping, With: of.With, Rules: ledger.RulesVersion, NewIDs: of.NewIDs, State: ledger.Running, Began: time.Now().UTC()}
}
