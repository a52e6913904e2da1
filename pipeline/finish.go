package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/identify"
	"inlet.example/inlet/pipeline/ledger"
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

// finisher puts a workbook whose import has ended where it belongs, with what is written about it, and enqueues the notifications.
type finisher struct {
	identify.Identifier
	ended     endedImports
	journal   rejects.Journal
	outbox    Outbox
	log       *slog.Logger
	ownership *ownershipWarnings
}

// archive puts the workbook where its import's end belongs, its sidecar and the reason beside it. Doing it again does no harm.
func (f *finisher) archive(ctx context.Context, job Job, rep *report.Report) error {
	ctx, end := rep.Took(ctx, ledger.StepArchive)
	defer end()
	imp := &rep.Import
	folder := job.Folders.Done
	switch imp.State {
	case ledger.Refused:
		folder = job.Folders.Failed
	case ledger.Held:
		folder = job.Folders.Held
	}
	if folder != "" {
		if err := f.placeFiles(ctx, job, rep, folder); err != nil {
			return &ArchiveError{err}
		}
		if err := f.enqueueNotifications(ctx, job, imp); err != nil {
			return err
		}
		if err := f.ended.Finish(ctx, imp); err != nil {
			return err
		}
		f.At.Reach(ledger.AtPlaced)
		f.release(ctx, job, imp)
	} else if err := f.writeBeside(ctx, job, imp); err != nil {
		return err
	}
	f.logEnd(ctx, job, imp)
	return nil
}

func (f *finisher) logEnd(ctx context.Context, job Job, imp *ledger.Import) {
	attrs := []slog.Attr{slog.String("import", imp.ID), slog.String("inbox", imp.Inbox), slog.String("workbook", job.Name), slog.String("state", string(imp.State))}
	if imp.Code != "" {
		attrs = append(attrs, slog.String("reason", imp.Code))
	}
	attrs = append(attrs, slog.Int("rows", imp.Tally.Rows), slog.Int("left_out", imp.Reading.AllLeftOut()))
	f.log.LogAttrs(ctx, slog.LevelInfo, "Import ended", append(append(attrs, countAttrs(&imp.Tally)...), slog.Duration("took", imp.Ended.Sub(imp.Began)))...)
}

// countAttrs are the counts of each kind, for a log line.
func countAttrs(t *ledger.Tally) []slog.Attr {
	var attrs []slog.Attr
	for _, kind := range crm.Kinds {
		attrs = append(attrs, slog.String(kind.Plural(), report.Counts(*t.Of(kind), "en")))
	}
	return attrs
}

// unfinishedArchive returns the import of a job's arrival if that has ended already and at most its files are still to be moved. Some of them may have
// moved, the sidecar first: what is left in the claim does not say any more which import this is.
func (f *finisher) unfinishedArchive(ctx context.Context, job Job) (ledger.Import, bool, error) {
	if job.Arrival == "" {
		return ledger.Import{}, false, nil
	}
	unplaced, err := f.ended.Unarchived(ctx)
	for _, imp := range unplaced {
		if imp.Arrival == job.Arrival && imp.Inbox == job.Inbox {
			return imp, true, nil
		}
	}
	if err != nil {
		return ledger.Import{}, false, err
	}
	return f.archivedEarlier(ctx, job)
}

// archivedEarlier returns the import of a job's arrival if its files have moved and the store knows that. It is asked where the workbook is gone: the
// note was made, and its answer lost on the way.
func (f *finisher) archivedEarlier(ctx context.Context, job Job) (ledger.Import, bool, error) {
	if _, err := os.Lstat(job.Workbook); !errors.Is(err, fs.ErrNotExist) {
		return ledger.Import{}, false, nil
	}
	const recent = 100 // this process notes one at a time; others may note theirs into the same store
	imports, err := f.ended.List(ctx, 0, recent)
	for _, imp := range imports {
		if imp.Arrival == job.Arrival && imp.Inbox == job.Inbox && imp.State.Ended() && imp.Archived != "" {
			return imp, true, nil
		}
	}
	return ledger.Import{}, false, err
}

// finishArchive finishes the move of an import's files that was cut off, and reports on the import as Run would have.
func (f *finisher) finishArchive(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	rep := report.Report{Import: imp, Steps: map[ledger.Step]time.Duration{}, Resumed: true}
	job.Approve = job.Approve || imp.Approved
	if imp.Archived != "" {
		if err := f.ended.Finish(ctx, &rep.Import); err != nil {
			return rep, fmt.Errorf("archive %s: %w", job.Name, err)
		}
		f.release(ctx, job, &imp)
		f.logEnd(ctx, job, &imp)
		return rep, nil
	}
	if imp.Beside != "" {
		job.Sidecar = filepath.Join(filepath.Dir(job.Workbook), imp.Beside)
		job.Near = files.Misnamed(imp.Workbook, imp.Beside)
	}
	if imp.Rival != "" {
		job.Rival = filepath.Join(filepath.Dir(job.Workbook), imp.Rival)
	}
	if base, _, ok := strings.Cut(imp.ID, "-"); ok {
		if err := f.NoteShared(ctx, &job, base); err != nil {
			return rep, err
		}
	}
	if kept, ok, err := f.Mappings.Mapping(ctx, imp.With); err != nil {
		return rep, err
	} else if ok {
		job.Found.Mapping = &kept
	}
	if parent, ok, err := f.Imports.Import(ctx, imp.Parent); err != nil {
		return rep, err
	} else if ok {
		job.Found.Corrects = &parent
	}
	if err := f.archive(ctx, job, &rep); err != nil {
		return rep, fmt.Errorf("archive %s: %w", job.Name, err)
	}
	return rep, nil
}

// placeFiles moves the workbook and what goes with it into a folder.
func (f *finisher) placeFiles(ctx context.Context, job Job, rep *report.Report, folder string) error {
	var dir string
	if isPartlyApplied(&rep.Import) {
		var err error
		if dir, err = os.MkdirTemp("", "inlet-rejected-*"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	set, err := f.filesOf(ctx, job, rep, dir)
	if err != nil {
		return err
	}
	f.At.Reach(ledger.AtReported)
	set.Own = func() error { return job.Own.Check(ctx) }
	var ungiven *files.OwnershipError
	set.Owner.Refused = func(e *files.OwnershipError) { ungiven = cmp.Or(ungiven, e) }
	placed, err := set.Place(folder, dayFolder(folder, job.Folders, &rep.Import))
	if err != nil {
		return err
	}
	if ungiven != nil {
		ungiven.Path = folder
	}
	f.ownership.warn(ctx, f.log, job.Inbox, ungiven)
	rep.Import.Archived, rep.Import.Notes = placed[len(placed)-1], nil
	rep.Import.Plan = ""
	_, rejected := rejects.Names(job.Words(), &rep.Import, job.Name)
	for i, f := range set.Files {
		if job.Sidecar != "" && f.Src == job.Sidecar {
			rep.Import.Sidecar = placed[i]
		}
		mapping := files.Stem(set.Name) + files.MappingEnd
		switch s := rep.Import.Suggestion; {
		case s != nil && f.Src == "" && f.Name == mapping:
			s.Path = placed[i]
		case f.Name == rejected:
			rep.Import.Rejected = placed[i]
		case f.Name == naming.Note(set.Name, job.Words().Plan):
			rep.Import.Plan = placed[i]
			rep.Import.Notes = append(rep.Import.Notes, placed[i])
		case f.Src == "":
			rep.Import.Notes = append(rep.Import.Notes, placed[i])
		}
	}
	return nil
}

// filesOf is the files that go together; the workbook is the last to move, so its absence says that all is done. What is made
// of the rejected rows is in dir until it is in its place: nothing of it must be in the claim after a crash.
func (f *finisher) filesOf(ctx context.Context, job Job, rep *report.Report, dir string) (archive.Set, error) {
	imp := &rep.Import
	name, _ := rejects.Names(job.Words(), imp, job.Name)
	s := archive.Set{ID: setID(job, imp), Name: name, Sum: imp.Sum, Owner: job.Folders.Owner, Inside: job.Folders.Inbox, Keep: true,
		// One that is approved was moved before, to held; one that is carried on with may have been.
		First: job.Arrival != "" && imp.Attempts == 1 && !rep.Resumed && !job.Approve,
		At:    func(at archive.Point) { f.At.Reach(ledger.CrashPoint(at)) }}
	s.Files = append(s.Files, sidecars(job, imp, name)...)
	suggested, err := f.suggestedFile(ctx, job, imp)
	if err != nil {
		return s, err
	}
	if suggested != nil {
		s.Files = append(s.Files, archive.File{Name: suggested.Name, Content: []byte(suggested.Content)})
	}
	notes, err := f.notes(ctx, job, rep, name)
	if err != nil {
		return s, err
	}
	s.Files = append(s.Files, notes...)
	if isPartlyApplied(imp) {
		rows, err := f.rejectedFile(ctx, job, imp, dir)
		if err != nil {
			return s, err
		}
		s.Files = append(s.Files, rows)
	}
	s.Files = append(s.Files, archive.File{Src: job.Workbook})
	return s, nil
}

// notes are the texts beside a workbook of some name that say why it was not imported, and what its import would do.
func (f *finisher) notes(ctx context.Context, job Job, rep *report.Report, name string) ([]archive.File, error) {
	imp, words := &rep.Import, job.Words()
	var all []archive.File
	plan := ""
	if len(rep.Plan) > 0 {
		plan = naming.Note(name, words.Plan)
		all = append(all, archive.File{Name: plan, Content: rep.Plan})
	}
	switch imp.State {
	case ledger.Refused, ledger.Held:
		all = append(all, archive.File{Name: naming.Note(name, words.Reason), Content: []byte(report.Reason(imp, plan, job.Language))})
	case ledger.Duplicate:
		first, _, err := f.Imports.Import(ctx, imp.Original())
		if err != nil {
			return nil, err
		}
		all = append(all, archive.File{Name: naming.Note(name, words.Duplicate), Content: []byte(report.Receipt(imp, &first, job.Language))})
	}
	return all, nil
}

// suggestedFile returns the suggested mapping of an import that is held for want of one, or was imported with it; nil for any other.
func (f *finisher) suggestedFile(ctx context.Context, job Job, imp *ledger.Import) (*ledger.Sidecar, error) {
	switch {
	case imp.Suggestion == nil || imp.State == ledger.Refused:
		return nil, nil
	case imp.State != ledger.Held:
		return job.Found.Mapping, nil
	case job.Found.Suggested != nil:
		return job.Found.Suggested.Sidecar(), nil
	}
	if _, err := os.Lstat(job.Workbook); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // it has moved, and the mapping before it
	}
	suggested, err := f.Suggest(ctx, job)
	if err != nil || suggested == nil {
		return nil, err
	}
	return suggested.Sidecar(), nil
}

// setID is what the archive knows an arrival's files by.
func setID(job Job, imp *ledger.Import) string { return cmp.Or(job.Arrival, imp.ID) }

// release gives back the number under which the files were archived, now that the store knows it. One that stays reserved does no harm.
func (f *finisher) release(ctx context.Context, job Job, imp *ledger.Import) {
	name, _ := rejects.Names(job.Words(), imp, job.Name)
	s := archive.Set{ID: setID(job, imp), Name: name, Files: []archive.File{{}}}
	if err := s.Release(imp.Archived); err != nil {
		f.log.LogAttrs(ctx, slog.LevelDebug, "Number of the import cannot be released", slog.String("import", imp.ID), slog.Any("error", err))
	}
}

// isPartlyApplied reports whether an import is done and some of its rows were not applied.
func isPartlyApplied(imp *ledger.Import) bool {
	return imp.State == ledger.Done && imp.Tally.NotApplied() > 0
}

// rejectedFile makes the workbook of the rejected rows. Where writing it fails in a way that would be met each time, a text says so in its place:
// no file that inlet makes keeps an import from ending.
func (f *finisher) rejectedFile(ctx context.Context, job Job, imp *ledger.Import, dir string) (archive.File, error) {
	name, rejected := rejects.Names(job.Words(), imp, job.Name)
	rows, err := f.rejectedIn(ctx, job, imp, dir)
	if err == nil {
		return archive.File{Name: rejected, Copy: rows}, nil
	}
	err = fmt.Errorf("write the rejected rows: %w", err)
	if _, journal := errors.AsType[*rejects.JournalError](err); journal || ctx.Err() != nil || ledger.IsTemporary(err) {
		return archive.File{}, err
	}
	f.log.LogAttrs(ctx, slog.LevelError, "Workbook of the rejected rows cannot be written", slog.String("import", imp.ID),
		slog.String("workbook", job.Name), slog.Any("error", err))
	return archive.File{Name: naming.Note(name, job.Words().Rejected), Content: []byte(report.NoRejected(imp, err, job.Language))}, nil
}

// rejectedIn makes the workbook of the rejected rows in a folder. "" where the workbook has moved already, and this one before it.
func (f *finisher) rejectedIn(ctx context.Context, job Job, imp *ledger.Import, dir string) (string, error) {
	if _, err := os.Lstat(job.Workbook); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	path := filepath.Join(dir, "rejected.xlsx")
	return path, ledger.Catch(func() error { return f.writeRejected(ctx, job, imp, path) })
}

// writeRejected writes the workbook of the rejected rows at path.
func (f *finisher) writeRejected(ctx context.Context, job Job, imp *ledger.Import, path string) error {
	m, err := f.Mapping(job)
	if err != nil {
		return err
	}
	return rejects.Write(ctx, rejects.Input{Import: imp, Source: f.Source(job, m), Journal: f.journal, Language: job.Language, At: f.At}, path)
}

// writeBeside finishes an import whose workbook stays where it is.
func (f *finisher) writeBeside(ctx context.Context, job Job, imp *ledger.Import) error {
	if isPartlyApplied(imp) && imp.Rejected == "" {
		if err := f.rejectedBeside(ctx, job, imp); err != nil {
			return err
		}
	}
	if job.Found.Suggested != nil && imp.State == ledger.Held {
		if err := f.suggestionBeside(ctx, job, imp); err != nil {
			return err
		}
	}
	return f.enqueueNotifications(ctx, job, imp)
}

// suggestionBeside writes the suggested mapping beside a workbook that stays where it is. Nothing is overwritten.
func (f *finisher) suggestionBeside(ctx context.Context, job Job, imp *ledger.Import) error {
	path, err := job.Found.Suggested.WriteBeside(job.Workbook)
	if err != nil {
		return err
	}
	imp.Suggestion.Path = path
	return f.ended.Finish(ctx, imp)
}

// enqueueNotifications puts the notifications about an import into the outbox.
func (f *finisher) enqueueNotifications(ctx context.Context, job Job, imp *ledger.Import) error {
	err := f.outbox.Add(ctx, ledger.NotificationsFor(imp, job.Language, imp.Ended))
	f.At.Reach(ledger.AtQueued)
	return err
}

// rejectedBeside writes the rejected rows beside the workbook. Nothing is overwritten, also not by two imports of the same workbook at once.
func (f *finisher) rejectedBeside(ctx context.Context, job Job, imp *ledger.Import) error {
	_, name := rejects.Names(job.Words(), imp, job.Name)
	dir, stem := filepath.Dir(job.Workbook), strings.TrimSuffix(name, ".xlsx")
	path := filepath.Join(dir, archive.Fit(stem, ".xlsx"))
	for n := 2; ; n++ {
		err := f.writeRejected(ctx, job, imp, path)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("write the rejected rows: %w", err)
		}
		path = filepath.Join(dir, archive.Fit(stem, fmt.Sprintf("~%d.xlsx", n)))
	}
	imp.Rejected = path
	return f.ended.Finish(ctx, imp)
}

// dayFolder is the sub-folder of a done folder, which grows without end. What failed or is held waits for a person, all in one place.
func dayFolder(folder string, all Folders, imp *ledger.Import) time.Time {
	if folder != all.Done {
		return time.Time{}
	}
	return imp.Began.Local()
}

// sidecars are the files of a set that are mappings. name is that of the archived workbook.
func sidecars(job Job, imp *ledger.Import, name string) []archive.File {
	var all []archive.File
	for _, src := range []string{job.Sidecar, job.Rival} {
		if src == "" {
			continue
		}
		// Called as its own, also where it was the folder's default: moved back into the inbox the two go together again.
		f := archive.File{Name: files.Stem(name) + files.MappingEnd, Src: src}
		is := cmp.Or(imp.Beside, filepath.Base(src))
		if src == job.Rival {
			is = cmp.Or(imp.Rival, filepath.Base(src))
		}
		if files.IsMapping(is) && path.Ext(is) != path.Ext(files.MappingEnd) {
			f.Name = files.Stem(name) + files.MappingEnds[1]
		}
		if job.Near && src == job.Sidecar {
			f.Name, f.Stem = files.KeptAs(name, is)
		}
		all = append(all, f)
	}
	return all
}

// discardWithoutWorkbook does what is left where the workbook is gone: its mapping goes where it would have gone.
func (f *finisher) discardWithoutWorkbook(ctx context.Context, job Job, imp *ledger.Import) error {
	if job.Sidecar != "" {
		if _, err := archive.Move(job.Sidecar, job.Folders.Failed, time.Time{}, filepath.Base(job.Sidecar)); err != nil {
			return err
		}
	}
	f.logEnd(ctx, job, imp)
	return f.enqueueNotifications(ctx, job, imp)
}
