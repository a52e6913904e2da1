package screen

import (
	"cmp"
	"context"
	"errors"
	"path"
	"path/filepath"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/sheet"
)

// misleadingName returns why an import is held by the names of its files: the workbook is called as a conflict copy is, or the file beside it is
// nearly called as its mapping. What they hold says nothing of that.
func (s *Screener) misleadingName(ctx context.Context, j *job.Job, imp *ledger.Import) (*ledger.Refusal, error) {
	if j.Near {
		return Misnamed(j, imp.ID), nil
	}
	return s.conflictCopy(ctx, j, imp)
}

// MisnamedFirst returns the refusal of a workbook whose mapping may not be meant: before that is known, what is wrong with the mapping, or with
// the workbook by it, says nothing. Only what cannot be read at all is refused.
func MisnamedFirst(j *job.Job, refusal *ledger.Refusal) *ledger.Refusal {
	if _, unreadable := errors.AsType[*sheet.Unreadable](refusal); unreadable || !j.Near || j.Approve {
		return refusal
	}
	return Misnamed(j, "")
}

// Misnamed holds a workbook for the name of its mapping.
func Misnamed(j *job.Job, id string) *ledger.Refusal {
	book := filepath.Base(j.Name)
	right := filename.Stem(book) + filename.MappingEnd
	if filename.NearDefault([]string{filepath.Base(j.Sidecar)}) != "" {
		right = filename.DefaultMapping
	}
	lines := []message.Text{message.Say("%s is named almost like the mapping of %s, so it was not used: rename it to %s",
		filepath.Base(j.Sidecar), book, right)}
	if j.Arrival == "" {
		lines = append(lines, message.Say("If it is the mapping, rename it, or run the command again with --approve. If it is not, move it to another folder."))
	} else {
		lines = append(lines, message.Say("If it is the mapping, rename it and put both files into the inbox again, or run `inlet approve %s`. If it is not, put the workbook alone into the inbox.",
			idOr(id)))
	}
	return &ledger.Refusal{Code: ledger.MappingName, Hold: true, Text: message.Lines(lines)}
}

// idOr stands for the ID of an import in a command, where it is not known yet.
func idOr(id string) string { return cmp.Or(id, "ID") }

// TwoMappings refuses a workbook that two files claim to be the mapping of.
func TwoMappings(j *job.Job) *ledger.Refusal {
	return &ledger.Refusal{Code: "mapping", Text: message.Say(
		"the workbook has two mappings, %s and %s, and only one can be used: remove the wrong one, and import the workbook again",
		filepath.Base(j.Sidecar), filepath.Base(j.Rival))}
}

// ParentRemoved returns why rejected rows are refused whose import, and with it the mapping to read them with, is no longer known.
func ParentRemoved(j *job.Job) error {
	return &ledger.Refusal{Code: "parent_removed", Text: message.Say(
		"the workbook contains rejected rows of import %s, which was removed from the store (retention.imports), so its mapping is not known: put the mapping next to the workbook, and import it again", j.Found.OrphanOf)}
}

// copyTime is how long after the import of a file another that is called like its copy is taken for one.
const copyTime = 24 * time.Hour

// conflictCopy returns why a workbook is held that a sync program made of another when two people changed that at the same time.
func (s *Screener) conflictCopy(ctx context.Context, j *job.Job, imp *ledger.Import) (*ledger.Refusal, error) {
	originals, certain := filename.CopyOf(path.Base(j.Name))
	if len(originals) == 0 || j.Found.Corrects != nil && naming.Stem(j.Found.Corrects.Rejected) == naming.Stem(j.Name) {
		return nil, nil // the rejected rows of a copy that was approved are not a copy
	}
	before, err := s.recentImport(ctx, j, originals)
	if err != nil || before == nil && j.Original == "" && !certain {
		return nil, err
	}
	original := path.Base(cmp.Or(j.Original, originals[0]))
	if before != nil {
		original = path.Base(before.Workbook)
	}
	lines := []message.Text{
		message.Say("By its name this is a conflict copy of %s: a program such as OneDrive, Dropbox or Syncthing makes one when a file is changed in two places at the same time.", original),
		ofOriginal(original, before, j.Original != ""),
	}
	if j.Arrival == "" {
		lines = append(lines, message.Say("Compare the two files. To import this one, run the command again with --approve."))
	} else {
		lines = append(lines, message.Say("Compare the two files. To import this one, run `inlet approve %s`, or rename it to %s and put it into the inbox again. Otherwise run `inlet discard %s`.",
			imp.ID, original, imp.ID))
	}
	return &ledger.Refusal{Code: ledger.ConflictCopy, Hold: true, Text: message.Lines(lines)}, nil
}

// ofOriginal says what became of the file that a copy was made of.
func ofOriginal(name string, before *ledger.Import, waits bool) message.Text {
	switch {
	case before != nil && before.State == ledger.Held:
		return message.Say("%s is held too, as import %s.", name, before.ID)
	case before != nil && !before.State.Ended():
		return message.Say("%s is being imported, as import %s.", name, before.ID)
	case before != nil:
		return message.Say("%s was imported at %s, as import %s.", name, before.Ended.Local().Format("2006-01-02 15:04"), before.ID)
	case waits:
		return message.Say("%s is in the same folder and had not been imported.", name)
	}
	return message.Say("%s was not imported in the last 24 hours.", name)
}

// recentImport returns the newest import of a file that has one of some names and came from the folder of a job's workbook, if that is not long ago.
func (s *Screener) recentImport(ctx context.Context, j *job.Job, names []string) (*ledger.Import, error) {
	const page = 500
	since := time.Now().Add(-copyTime)
	is := func(imp *ledger.Import) bool {
		same := func(name string) bool { return filename.SameName(name, path.Base(imp.Workbook)) }
		return imp.Inbox == j.Inbox && imp.Undoes == "" && imp.State != ledger.Refused && path.Dir(imp.Workbook) == path.Dir(j.Name) &&
			slices.ContainsFunc(names, same) && (imp.Began.After(since) || imp.Ended.After(since))
	}
	for before := int64(0); ; {
		imports, err := s.Imports.List(ctx, before, page)
		if err != nil {
			return nil, err
		}
		for i := range imports {
			if is(&imports[i]) {
				return &imports[i], nil
			}
		}
		if len(imports) < page || imports[page-1].Began.Before(since.Add(-copyTime)) { // also one that took a day
			return nil, nil
		}
		before = imports[page-1].No
	}
}
