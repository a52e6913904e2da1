package held

import (
	"context"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// imports has the imports of held files.
type imports interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	Finish(ctx context.Context, imp *ledger.Import) error
}

// heldFiles has the files that wait for a person.
type heldFiles interface {
	Held(ctx context.Context, inbox string) ([]ledger.HeldFile, error)
}

// Returns recognises held files that a person puts into the inbox again.
type Returns struct {
	Held    heldFiles
	Imports imports
	Log     *slog.Logger
}

// returned returns the held imports whose file a job's workbook is: a person has taken it out of the held folder and put it into the inbox, as
// it was or corrected, or imports it by a command once more. The newest comes first.
func (h *Returns) returned(ctx context.Context, j *job.Job, sum func() (string, error)) ([]ledger.Import, error) {
	waiting, err := h.Held.Held(ctx, j.Inbox)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	is, err := sum()
	if err != nil {
		return nil, err
	}
	var found []ledger.Import
	for _, w := range slices.Backward(waiting) {
		same := w.Sum == is
		if !same && !filename.SameName(filepath.Base(w.Workbook), filepath.Base(j.Name)) {
			continue
		}
		imp, ok, err := h.Imports.Import(ctx, w.Import)
		if err != nil {
			return nil, err
		}
		if ok && imp.State == ledger.Held && (same && j.Inbox == "" || taken(&imp, same)) {
			found = append(found, imp)
		}
	}
	return found, nil
}

// FetchMapping fetches from held the mapping of a workbook that came from there without it: it is checked with the mapping that it came with
// first. From then on both are in the claim as if they had arrived together. One that was held for the name of its mapping is put into the inbox
// alone where that is not meant.
func (h *Returns) FetchMapping(ctx context.Context, j *job.Job) error {
	if j.Arrival == "" || j.Approve || j.Sidecar != "" && !filename.IsDefault(filepath.Base(j.Sidecar)) {
		return nil
	}
	dir, book := filepath.Split(j.Workbook)
	for _, name := range filename.Mappings(book) {
		if there(dir + name) { // an earlier try has fetched it
			return h.useMapping(j, dir+name)
		}
	}
	sum := ""
	waiting, err := h.returned(ctx, j, func() (_ string, err error) {
		sum, err = sumOf(j.Workbook)
		return sum, err
	})
	if err != nil {
		return err
	}
	for _, imp := range waiting {
		from := Sidecar(&imp)
		shared := filename.IsDefault(imp.Beside) && j.Sidecar != ""                                   // what the folder's default says today holds
		if from == "" || shared || imp.Code == ledger.MappingName || !there(from) || imp.Sum != sum { // a corrected one may be another file
			continue
		}
		path, err := archive.Move(from, dir, time.Time{}, filename.Stem(book)+filename.MappingEnd)
		if err != nil {
			return err
		}
		h.Log.LogAttrs(ctx, slog.LevelInfo, "Mapping taken from the folder held", slog.String("workbook", j.Name), slog.String("mapping", from), slog.String("import", imp.ID))
		return h.useMapping(j, path)
	}
	return nil
}

// useMapping gives a job its own mapping in place of the copy of its folder's default.
func (h *Returns) useMapping(j *job.Job, path string) error {
	if j.Sidecar != "" {
		if err := os.Remove(j.Sidecar); err != nil {
			return err
		}
	}
	j.Sidecar, j.Shared = path, false
	return nil
}

func sumOf(path string) (string, error) {
	sum, err := sheet.Sum(path)
	return hex.EncodeToString(sum[:]), err
}

// End ends the held imports whose file a new import has: they can no longer be approved.
func (h *Returns) End(ctx context.Context, j job.Job, imp *ledger.Import) error {
	waiting, err := h.returned(ctx, &j, func() (string, error) { return imp.Sum, nil })
	if err != nil {
		return err
	}
	for i := range waiting {
		old := &waiting[i]
		if old.ID == imp.ID {
			continue
		}
		old.State, old.Code, old.Ended = ledger.Refused, ledger.CameAgain, time.Now().UTC()
		report.StoppedHeld(old, j.Language, message.Say("its file was submitted again, as import %s. It was held because: %s", imp.ID))
		if err := h.Imports.Finish(ctx, old); err != nil {
			return message.Errorf("end %s, whose file was submitted again: %w", old.ID, err)
		}
		if old.Archived != "" && j.Arrival != "" {
			if err := RemoveNotes(old, old.Archived); err != nil {
				h.Log.LogAttrs(ctx, slog.LevelDebug, "Notes of a held file cannot be removed", slog.String("import", old.ID), slog.Any("error", err))
			}
		}
	}
	return nil
}
