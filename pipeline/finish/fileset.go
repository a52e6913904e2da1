package finish

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

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
)

// filesOf is the files that go together; the workbook is the last to move, so its absence says that all is done. What is made
// of the rejected rows is in dir until it is in its place: nothing of it must be in the claim after a crash.
func (f *Finisher) filesOf(ctx context.Context, j job.Job, rep *report.Report, dir string) (archive.Set, error) {
	imp := &rep.Import
	name, _ := rejects.Names(j.Words(), imp, j.Name)
	s := archive.Set{ID: setID(j, imp), Name: name, Sum: imp.Sum, Owner: j.Folders.Owner, Inside: j.Folders.Inbox, Keep: true,
		// One that is approved was moved before, to held; one that is carried on with may have been.
		First: j.Arrival != "" && imp.Attempts == 1 && !rep.Resumed && !j.Approve,
		At:    func(at archive.Point) { f.At.Reach(ledger.CrashPoint(at)) }}
	s.Files = append(s.Files, sidecars(j, imp, name)...)
	suggested, err := f.suggestedFile(ctx, j, imp)
	if err != nil {
		return s, err
	}
	if suggested != nil {
		s.Files = append(s.Files, archive.File{Name: suggested.Name, Content: []byte(suggested.Content)})
	}
	notes, err := f.notes(ctx, j, rep, name)
	if err != nil {
		return s, err
	}
	s.Files = append(s.Files, notes...)
	if isPartlyApplied(imp) {
		rows, err := f.rejectedFile(ctx, j, imp, dir)
		if err != nil {
			return s, err
		}
		s.Files = append(s.Files, rows)
	}
	s.Files = append(s.Files, archive.File{Src: j.Workbook})
	return s, nil
}

// notes are the texts beside a workbook of some name that say why it was not imported, and what its import would do.
func (f *Finisher) notes(ctx context.Context, j job.Job, rep *report.Report, name string) ([]archive.File, error) {
	imp, words := &rep.Import, j.Words()
	var all []archive.File
	plan := ""
	if len(rep.Plan) > 0 {
		plan = naming.Note(name, words.Plan)
		all = append(all, archive.File{Name: plan, Content: rep.Plan})
	}
	switch imp.State {
	case ledger.Refused, ledger.Held:
		all = append(all, archive.File{Name: naming.Note(name, words.Reason), Content: []byte(report.Reason(imp, plan, j.Language))})
	case ledger.Duplicate:
		first, _, err := f.Imports.Import(ctx, imp.Original())
		if err != nil {
			return nil, err
		}
		all = append(all, archive.File{Name: naming.Note(name, words.Duplicate), Content: []byte(report.Receipt(imp, &first, j.Language))})
	}
	return all, nil
}

// suggestedFile returns the suggested mapping of an import that is held for want of one, or was imported with it; nil for any other.
func (f *Finisher) suggestedFile(ctx context.Context, j job.Job, imp *ledger.Import) (*ledger.Sidecar, error) {
	switch {
	case imp.Suggestion == nil || imp.State == ledger.Refused:
		return nil, nil
	case imp.State != ledger.Held:
		return j.Found.Mapping, nil
	case j.Found.Suggested != nil:
		return j.Found.Suggested.Sidecar(), nil
	}
	if _, err := os.Lstat(j.Workbook); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // it has moved, and the mapping before it
	}
	suggested, err := f.Suggest(ctx, j)
	if err != nil || suggested == nil {
		return nil, err
	}
	return suggested.Sidecar(), nil
}

// setID is what the archive knows an arrival's files by.
func setID(j job.Job, imp *ledger.Import) string { return cmp.Or(j.Arrival, imp.ID) }

// isPartlyApplied reports whether an import is done and some of its rows were not applied.
func isPartlyApplied(imp *ledger.Import) bool {
	return imp.State == ledger.Done && imp.Tally.NotApplied() > 0
}

// rejectedFile makes the workbook of the rejected rows. Where writing it fails in a way that would be met each time, a text says so in its place:
// no file that inlet makes keeps an import from ending.
func (f *Finisher) rejectedFile(ctx context.Context, j job.Job, imp *ledger.Import, dir string) (archive.File, error) {
	name, rejected := rejects.Names(j.Words(), imp, j.Name)
	rows, err := f.rejectedIn(ctx, j, imp, dir)
	if err == nil {
		return archive.File{Name: rejected, Copy: rows}, nil
	}
	err = message.Errorf("write the rejected rows: %w", err)
	if _, journal := errors.AsType[*rejects.JournalError](err); journal || ctx.Err() != nil || ledger.IsTemporary(err) {
		return archive.File{}, err
	}
	f.Log.LogAttrs(ctx, slog.LevelError, "Workbook of the rejected rows cannot be written", slog.String("import", imp.ID),
		slog.String("workbook", j.Name), slog.Any("error", err))
	return archive.File{Name: naming.Note(name, j.Words().Rejected), Content: []byte(report.NoRejected(imp, err, j.Language))}, nil
}

// rejectedIn makes the workbook of the rejected rows in a folder. "" where the workbook has moved already, and this one before it.
func (f *Finisher) rejectedIn(ctx context.Context, j job.Job, imp *ledger.Import, dir string) (string, error) {
	if _, err := os.Lstat(j.Workbook); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	path := filepath.Join(dir, "rejected.xlsx")
	return path, ledger.Catch(func() error { return f.writeRejected(ctx, j, imp, path) })
}

// writeRejected writes the workbook of the rejected rows at path.
func (f *Finisher) writeRejected(ctx context.Context, j job.Job, imp *ledger.Import, path string) error {
	m, err := f.Mapping(j)
	if err != nil {
		return err
	}
	return rejects.Write(ctx, rejects.Input{Import: imp, Source: f.Source(j, m), Journal: f.Journal, Language: j.Language, At: f.At}, path)
}

// writeBeside finishes an import whose workbook stays where it is.
func (f *Finisher) writeBeside(ctx context.Context, j job.Job, imp *ledger.Import) error {
	if isPartlyApplied(imp) && imp.Rejected == "" {
		if err := f.rejectedBeside(ctx, j, imp); err != nil {
			return err
		}
	}
	if j.Found.Suggested != nil && imp.State == ledger.Held {
		if err := f.suggestionBeside(ctx, j, imp); err != nil {
			return err
		}
	}
	return f.enqueueNotifications(ctx, j, imp)
}

// suggestionBeside writes the suggested mapping beside a workbook that stays where it is. Nothing is overwritten.
func (f *Finisher) suggestionBeside(ctx context.Context, j job.Job, imp *ledger.Import) error {
	path, err := j.Found.Suggested.WriteBeside(j.Workbook)
	if err != nil {
		return err
	}
	imp.Suggestion.Path = path
	return f.Ended.Finish(ctx, imp)
}

// rejectedBeside writes the rejected rows beside the workbook. Nothing is overwritten, also not by two imports of the same workbook at once.
func (f *Finisher) rejectedBeside(ctx context.Context, j job.Job, imp *ledger.Import) error {
	_, name := rejects.Names(j.Words(), imp, j.Name)
	dir, stem := filepath.Dir(j.Workbook), strings.TrimSuffix(name, ".xlsx")
	path := filepath.Join(dir, archive.Fit(stem, ".xlsx"))
	for n := 2; ; n++ {
		err := f.writeRejected(ctx, j, imp, path)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return message.Errorf("write the rejected rows: %w", err)
		}
		path = filepath.Join(dir, archive.Fit(stem, fmt.Sprintf("~%d.xlsx", n)))
	}
	imp.Rejected = path
	return f.Ended.Finish(ctx, imp)
}

// sidecars are the files of a set that are mappings. name is that of the archived workbook.
func sidecars(j job.Job, imp *ledger.Import, name string) []archive.File {
	var all []archive.File
	for _, src := range []string{j.Sidecar, j.Rival} {
		if src == "" {
			continue
		}
		// Called as its own, also where it was the folder's default: moved back into the inbox the two go together again.
		f := archive.File{Name: filename.Stem(name) + filename.MappingEnd, Src: src}
		is := cmp.Or(imp.Beside, filepath.Base(src))
		if src == j.Rival {
			is = cmp.Or(imp.Rival, filepath.Base(src))
		}
		if filename.IsMapping(is) && path.Ext(is) != path.Ext(filename.MappingEnd) {
			f.Name = filename.Stem(name) + filename.MappingEnds[1]
		}
		if j.Near && src == j.Sidecar {
			f.Name, f.Stem = filename.KeptAs(name, is)
		}
		all = append(all, f)
	}
	return all
}
