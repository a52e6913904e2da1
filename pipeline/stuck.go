package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// ErrStuck says that an import does not go on by itself. It goes on when a person says so.
var ErrStuck = errors.New("the import is stuck: it ended inlet several times; `inlet resume` lets it go on, `inlet undo` takes it back")

// The codes of an import that is stuck for another reason than that it ended inlet.
const (
	oldRules = "old_rules" // an older inlet began it
	unknown  = "unknown"   // an error that is neither its workbook's nor the world's
)

// OldRulesError says that an import is stuck because an older version of inlet wrote its first rows: the others would go by rules that do not
// fit them. It is an ErrStuck that cannot be resumed.
type OldRulesError struct{ Import string }

// Error says what to do.
func (e *OldRulesError) Error() string {
	return fmt.Sprintf("import %s was begun by an older version of inlet, under other rules, and cannot be continued: take back what it wrote with `inlet undo %s`, then drop its file again", e.Import, e.Import)
}

// Is says that the import is stuck.
func (e *OldRulesError) Is(target error) bool { return target == ErrStuck }

// UnknownError says that an import is stuck because of an error of which inlet does not know whose it is. It is an ErrStuck.
type UnknownError struct{ Import, Why string }

// Error says what to do.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("import %s is stuck: %s. `inlet resume %s` tries it again, `inlet discard %s` drops it where nothing was written, `inlet undo %s` takes back what was", e.Import, e.Why, e.Import, e.Import, e.Import)
}

// Is says that the import is stuck.
func (e *UnknownError) Is(target error) bool { return target == ErrStuck }

// CancelledError says that a person has ended an import after a batch. It is an ErrStuck: it goes on when a person says so.
type CancelledError struct{ Import string }

// Error says what to do.
func (e *CancelledError) Error() string {
	return fmt.Sprintf("import %s is cancelled: `inlet resume %s` writes the rest, `inlet undo %s` takes back what was written", e.Import, e.Import, e.Import)
}

// Is says that the import does not go on by itself.
func (e *CancelledError) Is(target error) bool { return target == ErrStuck }

// stuck returns why an import does not go on.
func stuck(imp *ledger.Import) error {
	switch {
	case imp.OtherRules():
		return &OldRulesError{imp.ID}
	case imp.State == ledger.Cancelled:
		return &CancelledError{imp.ID}
	case imp.Code == unknown:
		return &UnknownError{imp.ID, imp.Why}
	}
	return ErrStuck
}

// goesOn gives an error where a begun import must not be carried on with: it is stuck, or other rules wrote its first rows. Then it becomes
// stuck, with the lease held, and so after the last batch that was begun.
func (p *Pipeline) goesOn(ctx context.Context, job Job, imp *ledger.Import) error {
	switch {
	case imp.State.Waits():
		return stuck(imp)
	case imp.State.Ended() || !imp.OtherRules():
		return nil
	}
	imp.Code = oldRules
	imp.Why = message.In(job.Language, message.Say("an older version of inlet began this import, under other rules, so it cannot be continued: take back what it wrote with `inlet undo %s`, then drop the file again", imp.ID))
	return errors.Join(p.Store.Stop(ctx, imp, ledger.Stuck), stuck(imp))
}

// Strand makes an import stuck that met an error again and again which is neither its workbook's nor the world's, so that the files behind it
// go on. An import that has ended meanwhile stays as it is.
func (p *Pipeline) Strand(ctx context.Context, job Job, cause error) (ledger.Import, error) {
	var imp ledger.Import
	err := p.Store.Hold(ctx, func(ctx context.Context) error {
		_, begun, err := p.Store.Attempt(ctx, job.Inbox, job.Arrival, true)
		if err != nil {
			return err
		}
		if begun != nil {
			imp = *begun
		} else if err := p.beginAnyway(ctx, job, &imp); err != nil {
			return err
		}
		if imp.State.Ended() {
			return nil
		}
		imp.Code, imp.Why = unknown, cause.Error()
		return p.Store.Stop(ctx, &imp, ledger.Stuck)
	})
	if err != nil {
		return imp, fmt.Errorf("set %s aside: %w", job.Name, err)
	}
	return imp, nil
}

// DiscardStuck ends an import that is stuck or cancelled and has written nothing. The daemon that has its file puts that to failed.
func (p *Pipeline) DiscardStuck(ctx context.Context, lang string, imp ledger.Import) (ledger.Import, error) {
	err := p.Store.Hold(ctx, func(ctx context.Context) error {
		written, err := p.Store.Journalled(ctx, imp.ID)
		if err != nil {
			return err
		}
		if written {
			return fmt.Errorf("it has written records: `inlet undo %s` takes them back, `inlet resume %s` writes the rest", imp.ID, imp.ID)
		}
		imp.State, imp.Code, imp.Ended = ledger.Refused, ledger.Discarded, time.Now().UTC()
		imp.Why = message.In(lang, message.Say("a person discarded it before anything was written"))
		return p.Store.Finish(ctx, &imp)
	})
	if err != nil {
		return imp, fmt.Errorf("discard %s: %w", imp.ID, err)
	}
	return imp, nil
}

// Cancel ends an import that has begun, after its last batch, as a person asked.
func (p *Pipeline) Cancel(ctx context.Context, id string) error {
	err := p.Store.Hold(ctx, func(ctx context.Context) error {
		imp, ok, err := p.Store.Import(ctx, id)
		if err != nil || !ok || imp.State != ledger.Running {
			return err
		}
		imp.Code, imp.Why = "", ""
		return p.Store.Stop(ctx, &imp, ledger.Cancelled)
	})
	if err != nil {
		return fmt.Errorf("cancel %s: %w", id, err)
	}
	return nil
}

// beginAnyway begins the import of a workbook that could not be checked.
func (p *Pipeline) beginAnyway(ctx context.Context, job Job, imp *ledger.Import) error {
	*imp = job.begins()
	err := ledger.Catch(func() error { return p.identify(ctx, &job, imp) })
	if err == nil {
		*imp, err = p.Store.Begin(ctx, *imp, job.Again)
	}
	return err
}

// TryAgain lets an import go on that is stuck for an unknown error, and says whether it does: not once a later file of its inbox was imported,
// whose values its own must not overwrite.
func (p *Pipeline) TryAgain(ctx context.Context, job Job) (bool, error) {
	_, imp, err := p.Store.Attempt(ctx, job.Inbox, job.Arrival, true)
	if err != nil || imp == nil || imp.State != ledger.Stuck || imp.Code != unknown {
		return false, err
	}
	later, err := p.laterDone(ctx, imp)
	if err != nil || later {
		return false, err
	}
	return true, p.Store.Resume(ctx, imp)
}

// laterDone says whether a file of the same inbox was imported after an import had begun.
func (p *Pipeline) laterDone(ctx context.Context, imp *ledger.Import) (bool, error) {
	const page = 100
	for before := int64(0); ; {
		some, err := p.Store.Imports(ctx, before, page)
		if err != nil {
			return false, err
		}
		for i := range some {
			switch other := &some[i]; {
			case other.No <= imp.No:
				return false, nil
			case other.Inbox == imp.Inbox && other.State == ledger.Done:
				return true, nil
			}
		}
		if len(some) < page {
			return false, nil
		}
		before = some[len(some)-1].No
	}
}
