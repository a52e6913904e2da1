package pipeline

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/held"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// heldImports has the imports of held files.
type heldImports interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	Finish(ctx context.Context, imp *ledger.Import) error
}

// heldFiles recognises held files that a person puts into the inbox again.
type heldFiles struct {
	held    HeldFiles
	imports heldImports
	log     *slog.Logger
}

// returned returns the held imports whose file a job's workbook is: a person has taken it out of the held folder and put it into the inbox, as
// it was or corrected, or imports it by a command once more. The newest comes first.
func (h *heldFiles) returned(ctx context.Context, job *Job, sum func() (string, error)) ([]ledger.Import, error) {
	waiting, err := h.held.Held(ctx, job.Inbox)
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
		if !same && !files.SameName(filepath.Base(w.Workbook), filepath.Base(job.Name)) {
			continue
		}
		imp, ok, err := h.imports.Import(ctx, w.Import)
		if err != nil {
			return nil, err
		}
		if ok && imp.State == ledger.Held && (same && job.Inbox == "" || held.Taken(&imp, same)) {
			found = append(found, imp)
		}
	}
	return found, nil
}

// fetchMapping fetches from held the mapping of a workbook that came from there without it: it is checked with the mapping that it came with
// first. From then on both are in the claim as if they had arrived together. One that was held for the name of its mapping is put into the inbox
// alone where that is not meant.
func (h *heldFiles) fetchMapping(ctx context.Context, job *Job) error {
	if job.Arrival == "" || job.Approve || job.Sidecar != "" && !files.IsDefault(filepath.Base(job.Sidecar)) {
		return nil
	}
	dir, book := filepath.Split(job.Workbook)
	for _, name := range files.Mappings(book) {
		if held.There(dir + name) { // an earlier try has fetched it
			return h.useMapping(job, dir+name)
		}
	}
	sum := ""
	waiting, err := h.returned(ctx, job, func() (_ string, err error) {
		sum, err = sumOf(job.Workbook)
		return sum, err
	})
	if err != nil {
		return err
	}
	for _, imp := range waiting {
		from := held.Sidecar(&imp)
		shared := files.IsDefault(imp.Beside) && job.Sidecar != ""                                         // what the folder's default says today holds
		if from == "" || shared || imp.Code == ledger.MappingName || !held.There(from) || imp.Sum != sum { // a corrected one may be another file
			continue
		}
		path, err := archive.Move(from, dir, time.Time{}, files.Stem(book)+files.MappingEnd)
		if err != nil {
			return err
		}
		h.log.LogAttrs(ctx, slog.LevelInfo, "Mapping taken from the folder held", slog.String("workbook", job.Name), slog.String("mapping", from), slog.String("import", imp.ID))
		return h.useMapping(job, path)
	}
	return nil
}

// useMapping gives a job its own mapping in place of the copy of its folder's default.
func (h *heldFiles) useMapping(job *Job, path string) error {
	if job.Sidecar != "" {
		if err := os.Remove(job.Sidecar); err != nil {
			return err
		}
	}
	job.Sidecar, job.Shared = path, false
	return nil
}

func sumOf(path string) (string, error) {
	sum, err := sheet.Sum(path)
	return hex.EncodeToString(sum[:]), err
}

// endReturned ends the held imports whose file a new import has: they can no longer be approved.
func (h *heldFiles) endReturned(ctx context.Context, job Job, imp *ledger.Import) error {
	waiting, err := h.returned(ctx, &job, func() (string, error) { return imp.Sum, nil })
	if err != nil {
		return err
	}
	for i := range waiting {
		old := &waiting[i]
		if old.ID == imp.ID {
			continue
		}
		old.State, old.Code, old.Ended = ledger.Refused, ledger.CameAgain, time.Now().UTC()
		old.Why = message.In(job.Language, message.Say("its file was submitted again, as import %s. It was held because: %s", imp.ID, old.Why))
		if err := h.imports.Finish(ctx, old); err != nil {
			return fmt.Errorf("end %s, whose file was submitted again: %w", old.ID, err)
		}
		if old.Archived != "" && job.Arrival != "" {
			if err := held.RemoveNotes(old, old.Archived); err != nil {
				h.log.LogAttrs(ctx, slog.LevelDebug, "Notes of a held file cannot be removed", slog.String("import", old.ID), slog.Any("error", err))
			}
		}
	}
	return nil
}
