package imports

import (
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Attempts count how often in a row an arrival was tried without progress, and stop imports that wait for a person.
type Attempts struct {
	docs    engine.Documents
	imports *Imports
}

// NewAttempts returns the attempts in a database.
func NewAttempts(docs engine.Documents, imports *Imports) *Attempts { return &Attempts{docs, imports} }

// attempts is the document with the arrival of an inbox that is in work.
type attempts struct {
	Arrival string `json:"arrival"`
	Batch   int    `json:"batch"` // the last batch of it that was durable when it was taken up
	Times   int    `json:"times"` // how often it was taken up with no more durable
}

func attemptsID(inbox string) string { return "trying/" + inbox }

// Begin counts that an arrival is taken up, before anything is done with its workbook. It returns how often that happened in a row without a batch
// becoming durable, and the arrival's import, if one has begun. Where survived says that the last attempt ended without a crash the count starts
// at one.
func (a *Attempts) Begin(ctx context.Context, inbox, arrival string, survived bool) (int, *ledger.Import, error) {
	imp, err := a.openImport(ctx, inbox, arrival)
	if err != nil {
		return 0, nil, fmt.Errorf("start %s: %w", arrival, err)
	}
	batch := 0
	if imp != nil {
		batch = imp.Batch
	}
	now, err := engine.Update(ctx, a.docs, engine.Meta, attemptsID(inbox), func(now *attempts) {
		if survived || now.Arrival != arrival || now.Batch != batch {
			*now = attempts{Arrival: arrival, Batch: batch}
		}
		now.Times++
	})
	if err != nil {
		return 0, nil, fmt.Errorf("start %s: %w", arrival, err)
	}
	return now.Times, imp, nil
}

// openImport returns the import of an arrival that has begun and not ended; nil if there is none.
func (a *Attempts) openImport(ctx context.Context, inbox, arrival string) (*ledger.Import, error) {
	ids, err := a.imports.Open(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		imp, ok, err := a.imports.Import(ctx, id)
		if err != nil {
			return nil, err
		}
		if ok && imp.Inbox == inbox && imp.Arrival == arrival && !imp.State.Ended() {
			return &imp, nil
		}
	}
	return nil, nil
}

// Stop marks an import that has begun as one that waits for a person: stuck, or cancelled.
func (a *Attempts) Stop(ctx context.Context, imp *ledger.Import, state ledger.State) error {
	imp.State = state
	if err := a.imports.Save(ctx, imp); err != nil {
		return fmt.Errorf("stop import %s: %w", imp.ID, err)
	}
	return nil
}

// Resume lets an import that waits for a person continue, with as many attempts as a new one has.
func (a *Attempts) Resume(ctx context.Context, imp *ledger.Import) error {
	if _, err := engine.Update(ctx, a.docs, engine.Meta, attemptsID(imp.Inbox), func(now *attempts) { *now = attempts{} }); err != nil {
		return fmt.Errorf("resume import %s: %w", imp.ID, err)
	}
	imp.State, imp.Code, imp.Why = ledger.Running, "", ""
	if err := a.imports.Save(ctx, imp); err != nil {
		return fmt.Errorf("resume import %s: %w", imp.ID, err)
	}
	return nil
}
