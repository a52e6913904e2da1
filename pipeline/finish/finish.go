// Package finish puts a workbook whose import has ended where it belongs, with what goes with it: its mapping, the reason, the plan, the rejected rows; and
// enqueues the notifications. The import has ended and is stored by then: nothing here can change how. Package archive moves the files.
//
// # Why a failure here is an error of its own
//
// An ArchiveError says that only the files are left. The same Run again finds the import by its arrival and goes on with them.
package finish

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/identify"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
)

// ArchiveError says that an import has ended, is written down so, and that its files cannot be put where they belong: the same Run again goes
// on with that.
type ArchiveError struct{ Err error }

func (u *ArchiveError) Error() string { return u.Err.Error() }
func (u *ArchiveError) Unwrap() error { return u.Err }

// endedImports is where the end of imports is noted.
type endedImports interface {
	Finish(ctx context.Context, imp *ledger.Import) error
	Unarchived(ctx context.Context) ([]ledger.Import, error)
	List(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
}

// outbox has the notifications that are to be sent.
type outbox interface {
	Add(ctx context.Context, notifications []ledger.Notification) error
}

// Finisher puts a workbook whose import has ended where it belongs, with what is written about it, and enqueues the notifications.
type Finisher struct {
	identify.Identifier
	Ended     endedImports
	Journal   rejects.Journal
	Outbox    outbox
	Log       *slog.Logger
	Ownership *OwnershipWarnings
}

// Archive puts the workbook where its import's end belongs, its sidecar and the reason beside it. Doing it again does no harm.
func (f *Finisher) Archive(ctx context.Context, j job.Job, rep *report.Report) error {
	ctx, end := rep.Took(ctx, ledger.StepArchive)
	defer end()
	imp := &rep.Import
	folder := j.Folders.Done
	switch imp.State {
	case ledger.Refused:
		folder = j.Folders.Failed
	case ledger.Held:
		folder = j.Folders.Held
	}
	if folder != "" {
		if err := f.placeFiles(ctx, j, rep, folder); err != nil {
			return &ArchiveError{err}
		}
		if err := f.enqueueNotifications(ctx, j, imp); err != nil {
			return err
		}
		if err := f.Ended.Finish(ctx, imp); err != nil {
			return err
		}
		f.At.Reach(ledger.AtPlaced)
		f.release(ctx, j, imp)
	} else if err := f.writeBeside(ctx, j, imp); err != nil {
		return err
	}
	f.logEnd(ctx, j, imp)
	return nil
}

func (f *Finisher) logEnd(ctx context.Context, j job.Job, imp *ledger.Import) {
	attrs := []slog.Attr{slog.String("import", imp.ID), slog.String("inbox", imp.Inbox), slog.String("workbook", j.Name), slog.String("state", string(imp.State))}
	if imp.Code != "" {
		attrs = append(attrs, slog.String("reason", imp.Code))
	}
	attrs = append(attrs, slog.Int("rows", imp.Tally.Rows), slog.Int("left_out", imp.Reading.AllLeftOut()))
	f.Log.LogAttrs(ctx, slog.LevelInfo, "Import ended", append(append(attrs, CountAttrs(&imp.Tally)...), slog.Duration("took", imp.Ended.Sub(imp.Began)))...)
}

// CountAttrs are the counts of each kind, for a log line.
func CountAttrs(t *ledger.Tally) []slog.Attr {
	var attrs []slog.Attr
	for _, kind := range crm.Kinds {
		attrs = append(attrs, slog.String(kind.Plural(), report.Counts(*t.Of(kind), "en")))
	}
	return attrs
}

// Unfinished returns the import of a job's arrival if that has ended already and at most its files are still to be moved. Some of them may have
// moved, the sidecar first: what is left in the claim does not say any more which import this is.
func (f *Finisher) Unfinished(ctx context.Context, j job.Job) (ledger.Import, bool, error) {
	if j.Arrival == "" {
		return ledger.Import{}, false, nil
	}
	unplaced, err := f.Ended.Unarchived(ctx)
	for _, imp := range unplaced {
		if imp.Arrival == j.Arrival && imp.Inbox == j.Inbox {
			return imp, true, nil
		}
	}
	if err != nil {
		return ledger.Import{}, false, err
	}
	return f.archivedEarlier(ctx, j)
}

// archivedEarlier returns the import of a job's arrival if its files have moved and the store knows that. It is asked where the workbook is gone: the
// note was made, and its answer lost on the way.
func (f *Finisher) archivedEarlier(ctx context.Context, j job.Job) (ledger.Import, bool, error) {
	if _, err := os.Lstat(j.Workbook); !errors.Is(err, fs.ErrNotExist) {
		return ledger.Import{}, false, nil
	}
	const recent = 100 // this process notes one at a time; others may note theirs into the same store
	imports, err := f.Ended.List(ctx, 0, recent)
	for _, imp := range imports {
		if imp.Arrival == j.Arrival && imp.Inbox == j.Inbox && imp.State.Ended() && imp.Archived != "" {
			return imp, true, nil
		}
	}
	return ledger.Import{}, false, err
}

// FinishArchive finishes the move of an import's files that was cut off, and reports on the import as Run would have.
func (f *Finisher) FinishArchive(ctx context.Context, j job.Job, imp ledger.Import) (report.Report, error) {
	rep := report.Report{Import: imp, Steps: map[ledger.Step]time.Duration{}, Resumed: true}
	j.Approve = j.Approve || imp.Approved
	if imp.Archived != "" {
		if err := f.Ended.Finish(ctx, &rep.Import); err != nil {
			return rep, message.Errorf("archive %s: %w", j.Name, err)
		}
		f.release(ctx, j, &imp)
		f.logEnd(ctx, j, &imp)
		return rep, nil
	}
	if imp.Beside != "" {
		j.Sidecar = filepath.Join(filepath.Dir(j.Workbook), imp.Beside)
		j.Near = filename.Misnamed(imp.Workbook, imp.Beside)
	}
	if imp.Rival != "" {
		j.Rival = filepath.Join(filepath.Dir(j.Workbook), imp.Rival)
	}
	if base, _, ok := strings.Cut(imp.ID, "-"); ok {
		if err := f.NoteShared(ctx, &j, base); err != nil {
			return rep, err
		}
	}
	if kept, ok, err := f.Mappings.Mapping(ctx, imp.With); err != nil {
		return rep, err
	} else if ok {
		j.Found.Mapping = &kept
	}
	if parent, ok, err := f.Imports.Import(ctx, imp.Parent); err != nil {
		return rep, err
	} else if ok {
		j.Found.Corrects = &parent
	}
	if err := f.Archive(ctx, j, &rep); err != nil {
		return rep, message.Errorf("archive %s: %w", j.Name, err)
	}
	return rep, nil
}

// placeFiles moves the workbook and what goes with it into a folder.
func (f *Finisher) placeFiles(ctx context.Context, j job.Job, rep *report.Report, folder string) error {
	var dir string
	if isPartlyApplied(&rep.Import) {
		var err error
		if dir, err = os.MkdirTemp("", "inlet-rejected-*"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	set, err := f.filesOf(ctx, j, rep, dir)
	if err != nil {
		return err
	}
	f.At.Reach(ledger.AtReported)
	set.Own = func() error { return j.Own.Check(ctx) }
	var ungiven *files.OwnershipError
	set.Owner.Refused = func(e *files.OwnershipError) { ungiven = cmp.Or(ungiven, e) }
	placed, err := set.Place(folder, dayFolder(folder, j.Folders, &rep.Import))
	if err != nil {
		return err
	}
	if ungiven != nil {
		ungiven.Path = folder
	}
	f.Ownership.Warn(ctx, f.Log, j.Inbox, ungiven)
	rep.Import.Archived, rep.Import.Notes = placed[len(placed)-1], nil
	rep.Import.Plan = ""
	_, rejected := rejects.Names(j.Words(), &rep.Import, j.Name)
	for i, f := range set.Files {
		if j.Sidecar != "" && f.Src == j.Sidecar {
			rep.Import.Sidecar = placed[i]
		}
		mapping := filename.Stem(set.Name) + filename.MappingEnd
		switch s := rep.Import.Suggestion; {
		case s != nil && f.Src == "" && f.Name == mapping:
			s.Path = placed[i]
		case f.Name == rejected:
			rep.Import.Rejected = placed[i]
		case f.Name == naming.Note(set.Name, j.Words().Plan):
			rep.Import.Plan = placed[i]
			rep.Import.Notes = append(rep.Import.Notes, placed[i])
		case f.Src == "":
			rep.Import.Notes = append(rep.Import.Notes, placed[i])
		}
	}
	return nil
}

// dayFolder is the sub-folder of a done folder, which grows without end. What failed or is held waits for a person, all in one place.
func dayFolder(folder string, all job.Folders, imp *ledger.Import) time.Time {
	if folder != all.Done {
		return time.Time{}
	}
	return imp.Began.Local()
}

// release gives back the number under which the files were archived, now that the store knows it. One that stays reserved does no harm.
func (f *Finisher) release(ctx context.Context, j job.Job, imp *ledger.Import) {
	name, _ := rejects.Names(j.Words(), imp, j.Name)
	s := archive.Set{ID: setID(j, imp), Name: name, Files: []archive.File{{}}}
	if err := s.Release(imp.Archived); err != nil {
		f.Log.LogAttrs(ctx, slog.LevelDebug, "Number of the import cannot be released", slog.String("import", imp.ID), slog.Any("error", err))
	}
}

// enqueueNotifications puts the notifications about an import into the outbox.
func (f *Finisher) enqueueNotifications(ctx context.Context, j job.Job, imp *ledger.Import) error {
	err := f.Outbox.Add(ctx, ledger.NotificationsFor(imp, j.Language, imp.Ended))
	f.At.Reach(ledger.AtQueued)
	return err
}

// DiscardWithoutWorkbook does what is left where the workbook is gone: its mapping goes where it would have gone.
func (f *Finisher) DiscardWithoutWorkbook(ctx context.Context, j job.Job, imp *ledger.Import) error {
	if j.Sidecar != "" {
		if _, err := archive.Move(j.Sidecar, j.Folders.Failed, time.Time{}, filepath.Base(j.Sidecar)); err != nil {
			return err
		}
	}
	f.logEnd(ctx, j, imp)
	return f.enqueueNotifications(ctx, j, imp)
}
