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

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// Approve lets an import go on that is held: a person has seen its plan. The job's workbook is the one in the held folder.
func (p *Pipeline) Approve(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	if imp.State == ledger.Held && !imp.Approvable() {
		return report.Report{Import: imp}, fmt.Errorf("approve %s: this needs an answer, not an approval: %s. Write it in the mapping, or correct the file, and drop both into the inbox again; or discard the import",
			imp.ID, strings.TrimRight(imp.Why, "."))
	}
	if _, err := os.Stat(job.Workbook); err != nil {
		return report.Report{Import: imp}, fmt.Errorf("approve %s: its workbook is not in the held folder any more: %w", imp.ID, err)
	}
	now, ok, err := p.Store.Reopen(ctx, imp.ID)
	if err != nil {
		return report.Report{Import: imp}, fmt.Errorf("approve %s: %w", imp.ID, err)
	}
	if !ok {
		return report.Report{Import: now}, fmt.Errorf("approve %s: it is not held but %s", imp.ID, now.State)
	}
	job.Approve = true // also where the check finds what would hold it
	rep, err := p.Run(ctx, job)
	if err == nil {
		err = forget(job)
	}
	return rep, err
}

// Discard drops an import that is held: its file goes to the failed folder with the reason, and nothing is written.
func (p *Pipeline) Discard(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	rep := report.Report{Import: imp, Steps: map[report.Step]time.Duration{}}
	if imp.State != ledger.Held {
		return rep, fmt.Errorf("discard %s: it is not held but %s", imp.ID, imp.State)
	}
	err := p.Store.Hold(ctx, func(ctx context.Context) error {
		rep.Import.State, rep.Import.Code = ledger.Refused, "discarded"
		rep.Import.Why = report.In(job.Language, ledger.Say("a person discarded it. It was held because: %s", imp.Why))
		rep.Import.Archived, rep.Import.Ended = "", time.Now().UTC()
		return p.Store.Finish(ctx, &rep.Import)
	})
	if err != nil {
		return rep, fmt.Errorf("discard %s: %w", imp.ID, err)
	}
	if err := p.archive(ctx, job, &rep); err != nil {
		return rep, err
	}
	return rep, forget(job)
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
