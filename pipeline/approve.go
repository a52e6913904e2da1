package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Approve lets an import go on that is held: a person has seen its plan. The job's workbook is the one in the held folder.
func (p *Pipeline) Approve(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	if err := p.approvable(ctx, job, imp); err != nil {
		return report.Report{Import: imp}, fmt.Errorf("approve %s: %w", imp.ID, err)
	}
	now, ok, err := p.Store.Reopen(ctx, imp.ID)
	if err != nil {
		return report.Report{Import: imp}, fmt.Errorf("approve %s: %w", imp.ID, err)
	}
	if !ok {
		return report.Report{Import: now}, fmt.Errorf("approve %s: %w", imp.ID, notHeld(&now))
	}
	job.Approve = true // also where the check finds what would hold it
	rep, err := p.Run(ctx, job)
	if err == nil {
		err = forget(job)
	}
	return rep, err
}

// approvable says why an import cannot be approved, and what to do instead.
func (p *Pipeline) approvable(ctx context.Context, job Job, imp ledger.Import) error {
	approvedBefore := imp.State == ledger.Running && imp.Approved // and interrupted
	switch {
	case approvedBefore:
		return nil
	case imp.State != ledger.Held:
		return notHeld(&imp)
	case !imp.Approvable():
		return fmt.Errorf("this needs an answer, not an approval: %s. Write it in the mapping, or correct the file, and drop both into the inbox again; or discard the import",
			strings.TrimRight(imp.Why, "."))
	case gone(job.Workbook):
		return fmt.Errorf("its workbook is not at %s any more. Put it back there and approve again, or put it into the inbox again to have it checked anew; inlet discard %s ends the import",
			job.Workbook, imp.ID)
	case job.Sidecar != "" && gone(job.Sidecar):
		return fmt.Errorf("its mapping is not at %s any more. Put it back there and approve again, or put the workbook with a mapping into the inbox again; inlet discard %s ends the import",
			job.Sidecar, imp.ID)
	}
	return p.asItWas(ctx, job, imp)
}

// asItWas says whether a held workbook, with what holds for it today, is still the import that a person has seen the plan of. Another one would be
// begun in its place, and leave it behind.
func (p *Pipeline) asItWas(ctx context.Context, job Job, imp ledger.Import) error {
	var now ledger.Import
	if err := p.identify(ctx, &job, &now); err != nil {
		return err
	}
	if base, _, _ := strings.Cut(imp.ID, "-"); now.ID == base {
		return nil
	}
	return fmt.Errorf("its workbook, its mapping or the configuration is not as it was when it was held. Put %s with its mapping into the inbox again to have it checked anew; inlet discard %s ends the import",
		job.Workbook, imp.ID)
}

// notHeld says what became of an import that is not held.
func notHeld(imp *ledger.Import) error {
	switch {
	case imp.Code == ledger.Discarded || imp.Code == ledger.CameAgain:
		return fmt.Errorf("it is not held but %s: %s", imp.State, imp.Why)
	case imp.Approved:
		return fmt.Errorf("it is not held but %s: it was approved before", imp.State)
	}
	return fmt.Errorf("it is not held but %s", imp.State)
}

// Discard drops an import that is held: its file goes to the failed folder with the reason, and nothing is written. One whose file is gone ends
// all the same.
func (p *Pipeline) Discard(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	rep := report.Report{Import: imp, Steps: map[ledger.Step]time.Duration{}}
	if imp.State != ledger.Held {
		return rep, fmt.Errorf("discard %s: %w", imp.ID, notHeld(&imp))
	}
	if job.Sidecar != "" && gone(job.Sidecar) {
		job.Sidecar = ""
	}
	away := job.Folders.Failed != "" && gone(job.Workbook)
	err := p.Store.Hold(ctx, func(ctx context.Context) error {
		why := message.Say("a person discarded it. It was held because: %s", imp.Why)
		if away {
			why = message.Say("a person discarded it; its file was not in the folder held any more. It was held because: %s", imp.Why)
		} else if job.Folders.Failed != "" {
			rep.Import.Archived = "" // until it lies in failed
		}
		rep.Import.State, rep.Import.Code, rep.Import.Why = ledger.Refused, ledger.Discarded, message.In(job.Language, why)
		rep.Import.Ended = time.Now().UTC()
		return p.Store.Finish(ctx, &rep.Import)
	})
	if err != nil {
		return rep, fmt.Errorf("discard %s: %w", imp.ID, err)
	}
	if away {
		err = p.discardRest(ctx, job, &rep.Import)
	} else {
		err = p.archive(ctx, job, &rep)
	}
	if err != nil {
		return rep, fmt.Errorf("discard %s: %w", imp.ID, err)
	}
	if job.Folders.Held == "" {
		return rep, nil
	}
	return rep, forget(job)
}

// discardRest does what is left where the workbook is gone: its mapping goes where it would have gone.
func (p *Pipeline) discardRest(ctx context.Context, job Job, imp *ledger.Import) error {
	if job.Sidecar != "" {
		if _, err := archive.Move(job.Sidecar, job.Folders.Failed, time.Time{}, filepath.Base(job.Sidecar)); err != nil {
			return err
		}
	}
	p.logEnd(ctx, job, imp)
	return p.post(ctx, job, imp)
}

// forget removes what lay beside a held workbook to tell of it.
func forget(job Job) error {
	for _, tail := range []string{".reason.txt", ".plan.txt"} {
		err := os.Remove(filepath.Join(filepath.Dir(job.Workbook), filepath.Base(job.Workbook)+tail))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
