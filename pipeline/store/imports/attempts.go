package imports

import (
	"context"
	"fmt"
	"slices"

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

// attempts is how often an arrival was taken up.
type attempts struct {
	Arrival string `json:"arrival"`
	Batch   int    `json:"batch"` // the last batch of it that was durable when it was taken up
	Times   int    `json:"times"` // how often it was taken up with no more durable
}

// maxOthers is how many arrivals of an inbox are counted beside the one that was taken up last: as many as daemons may take them up side by side.
const maxOthers = 32

// attemptsDocument is the document of an inbox: the arrival that was taken up last, and those before it, the newest first. Several daemons have one each.
type attemptsDocument struct {
	attempts
	Others []attempts `json:"others,omitempty"`
}

// of makes an arrival the one that was taken up last, and returns its attempts so far.
func (d *attemptsDocument) of(arrival string) *attempts {
	if d.Arrival == arrival {
		return &d.attempts
	}
	all, now := d.Others, attempts{}
	if i := slices.IndexFunc(all, func(a attempts) bool { return a.Arrival == arrival }); i >= 0 {
		now = all[i]
		all = slices.Delete(all, i, i+1)
	}
	if d.Arrival != "" {
		all = slices.Insert(all, 0, d.attempts)
	}
	d.attempts, d.Others = now, all[:min(len(all), maxOthers)]
	return &d.attempts
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
	times := 0
	edits := []engine.Edit{engine.EditOf(attemptsID(inbox), func(d *attemptsDocument) bool {
		now := d.of(arrival)
		if survived || now.Arrival != arrival || now.Batch != batch {
			*now = attempts{Arrival: arrival, Batch: batch}
		}
		now.Times++
		times = now.Times
		return true
	})}
	done := func() {}
	if imp == nil {
		var more []engine.Edit
		more, done = a.imports.reserve(ctx, inbox)
		edits = append(edits, more...)
	}
	if err := engine.UpdateAll(ctx, a.docs, engine.Meta, edits...); err != nil {
		return 0, nil, fmt.Errorf("start %s: %w", arrival, err)
	}
	done()
	return times, imp, nil
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
	if _, err := engine.Update(ctx, a.docs, engine.Meta, attemptsID(imp.Inbox), func(d *attemptsDocument) { *d.of(imp.Arrival) = attempts{} }); err != nil {
		return fmt.Errorf("resume import %s: %w", imp.ID, err)
	}
	imp.State, imp.Code, imp.Why, imp.Reason = ledger.Running, "", "", nil
	if err := a.imports.Save(ctx, imp); err != nil {
		return fmt.Errorf("resume import %s: %w", imp.ID, err)
	}
	return nil
}
