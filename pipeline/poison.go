package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/report"
)

// deaths is how often in a row a workbook may end the process before it is set aside.
const deaths = 5

// ErrStuck says that an import ended the process again and again after some of it was written. It goes on when a person says so.
var ErrStuck = errors.New("the import is stuck: it ended inlet several times; `inlet resume` lets it go on, `inlet undo` takes it back")

// oldRules is the code of an import that is stuck because an older inlet began it.
const oldRules = "old_rules"

// OldRulesError says that an import is stuck because an older version of inlet wrote its first rows: the others would go by rules that do not
// fit them. It is an ErrStuck that cannot be resumed.
type OldRulesError struct{ Import string }

// Error says what to do.
func (e *OldRulesError) Error() string {
	return fmt.Sprintf("import %s was begun by an older version of inlet, under other rules, and cannot be continued: take back what it wrote with `inlet undo %s`, then drop its file again", e.Import, e.Import)
}

// Is says that the import is stuck.
func (e *OldRulesError) Is(target error) bool { return target == ErrStuck }

// stuck returns why an import does not go on.
func stuck(imp *ledger.Import) error {
	if imp.OtherRules() {
		return &OldRulesError{imp.ID}
	}
	return ErrStuck
}

// goesOn gives an error where a begun import must not be carried on with: it is stuck, or other rules wrote its first rows. Then it becomes
// stuck, with the lease held, and so after the last batch that was begun.
func (p *Pipeline) goesOn(ctx context.Context, job Job, imp *ledger.Import) error {
	switch {
	case imp.State == ledger.Stuck:
		return stuck(imp)
	case imp.State.Ended() || !imp.OtherRules():
		return nil
	}
	imp.Code = oldRules
	imp.Why = report.In(job.Language, ledger.Say("an older version of inlet began this import, under other rules, so it cannot be continued: take back what it wrote with `inlet undo %s`, then drop the file again", imp.ID))
	return errors.Join(p.Store.Stop(ctx, imp), stuck(imp))
}

// poisoned looks whether a workbook kills the process that opens it. Before its first journal it is refused, unopened; later it is stuck.
func (p *Pipeline) poisoned(ctx context.Context, job *Job) (*report.Report, error) {
	if job.Arrival == "" {
		return nil, nil // a person who types a command sees it die
	}
	times, begun, err := p.Store.Attempt(ctx, job.Inbox, job.Arrival, job.Alive)
	if err != nil {
		return nil, err
	}
	if begun != nil && begun.State == ledger.Stuck {
		return nil, stuck(begun)
	}
	if times <= deaths {
		return nil, nil
	}
	if begun != nil {
		written, err := p.Store.Journalled(ctx, begun.ID)
		if err != nil {
			return nil, err
		}
		if written {
			return nil, errors.Join(p.Store.Stop(ctx, begun), stuck(begun))
		}
	}
	return p.refused(ctx, job, begun)
}

// refused ends the import of a workbook, which may have begun, without opening it.
func (p *Pipeline) refused(ctx context.Context, job *Job, begun *ledger.Import) (*report.Report, error) {
	rep := &report.Report{Import: job.begins(), Steps: map[report.Step]time.Duration{}}
	rep.Import.Tell = job.Tell
	switch {
	case job.Sidecar != "":
		content, err := mapping.Read(job.Sidecar)
		if err != nil {
			return nil, err
		}
		job.sidecar = &ledger.Sidecar{Name: rep.Import.Beside, Content: string(content)}
	case begun != nil: // with the mapping of the import that it corrects, it may be
		kept, ok, err := p.Store.Mapping(ctx, begun.With)
		if err != nil {
			return nil, err
		}
		if ok {
			job.sidecar = &kept
		}
	}
	if err := p.name(job, &rep.Import); err != nil {
		return nil, err
	}
	refuse(&rep.Import, &ledger.Refusal{Code: "poison", Text: ledger.Say(
		"inlet ended %s times while it read this file, so it is set aside unread: open it, save it anew as .xlsx and drop that", deaths)}, job.Language)
	return rep, nil
}
