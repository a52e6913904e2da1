package pipeline

import (
	"cmp"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// Folders is where a workbook goes when its import has ended. Empty ones mean that it stays where it is.
type Folders struct {
	Done, Failed, Held string
}

// archive puts the workbook where its import's end belongs, its sidecar and the reason beside it. Doing it again does no harm.
func (p *Pipeline) archive(ctx context.Context, job Job, rep *report.Report) error {
	defer rep.Took(report.Archive)()
	imp := &rep.Import
	folder := job.Folders.Done
	switch imp.State {
	case ledger.Refused:
		folder = job.Folders.Failed
	case ledger.Held:
		folder = job.Folders.Held
	}
	if folder != "" {
		placed, err := p.set(job, imp).Place(folder, day(folder, job.Folders, imp))
		if err != nil {
			return err
		}
		imp.Archived = placed[len(placed)-1]
		if err := p.Store.Finish(ctx, imp); err != nil {
			return err
		}
	}
	p.Log.LogAttrs(ctx, slog.LevelInfo, "Import ended", slog.String("import", imp.ID), slog.String("workbook", job.Name),
		slog.String("state", string(imp.State)), slog.String("reason", imp.Code), slog.Int("rows", imp.Tally.Rows),
		slog.String("accounts", report.Counts(imp.Tally.Account)), slog.String("contacts", report.Counts(imp.Tally.Contact)))
	return nil
}

// Place finishes the move of an import's files that a crash cut off, and reports on the import as Run would have.
func (p *Pipeline) Place(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	rep := report.Report{Import: imp, Steps: map[report.Step]time.Duration{}, Resumed: true}
	return rep, p.archive(ctx, job, &rep)
}

// set is the files that go together; the workbook is the last to move, so its absence says that all is done.
func (p *Pipeline) set(job Job, imp *ledger.Import) archive.Set {
	name := filepath.Base(job.Name)
	s := archive.Set{ID: cmp.Or(job.Arrival, imp.ID), Name: name, Sum: imp.Sum}
	if job.Sidecar != "" {
		// Called as its own, also where it was the folder's default: moved back into the inbox the two go together again.
		s.Files = append(s.Files, archive.File{Name: strings.TrimSuffix(name, filepath.Ext(name)) + ".mapping.yaml", Src: job.Sidecar})
	}
	if imp.State == ledger.Refused || imp.State == ledger.Held {
		s.Files = append(s.Files, archive.File{Name: name + ".reason.txt", Content: []byte(report.Reason(imp))})
	}
	s.Files = append(s.Files, archive.File{Src: job.Workbook})
	return s
}

// day is the sub-folder of a done folder, which grows without end. What failed or is held waits for a person, all in one place.
func day(folder string, all Folders, imp *ledger.Import) time.Time {
	if folder != all.Done {
		return time.Time{}
	}
	return imp.Began.Local()
}
