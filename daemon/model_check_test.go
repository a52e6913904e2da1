//go:build linux

package daemon_test

import (
	compare "cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// check is all that must hold when a world has come to rest.
func (w *world) check() error {
	files, err := w.files()
	if err != nil {
		return err
	}
	ctx := context.Background()
	parts, err := assembled(ctx, w.config(), "sqlite:"+filepath.Join(w.dir, "inlet.db"))
	if err != nil {
		return err
	}
	defer parts.Close(ctx)
	got, err := portray(ctx, parts)
	if err != nil {
		return err
	}
	again, err := assembled(ctx, w.config(), "sqlite:"+filepath.Join(w.dir, "again.db"))
	if err != nil {
		return err
	}
	defer again.Close(ctx)
	if err := w.importAgain(ctx, again, got.Imports); err != nil {
		return err
	}
	want, err := portray(ctx, again)
	if err != nil {
		return err
	}
	errs := []error{w.conserved(files), w.claimedOnce(files, got.Imports), w.tallied(got), w.notified(got.Imports)}
	if diff := cmp.Diff(want.shown(), got.shown()); diff != "" {
		errs = append(errs, fmt.Errorf("not as one after the other (-one after the other +got):\n%s", diff))
	}
	return errors.Join(errs...)
}

func assembled(ctx context.Context, path, uri string) (*assembly.Parts, error) {
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		return nil, err
	}
	cfg.Store.URI, cfg.Import.Batch = uri, 1000
	return assembly.Open(ctx, cfg, discard, nil)
}

// conserved sees each file that was put into an inbox in exactly one place.
func (w *world) conserved(files []string) error {
	found := map[string][]string{}
	for _, path := range files {
		if sum := w.sum(path); w.must[sum]+w.may[sum] > 0 {
			found[sum] = append(found[sum], path)
		}
	}
	var errs []error
	for _, sum := range slices.Sorted(maps.Keys(w.must)) {
		if n := len(found[sum]); n < w.must[sum] || n > w.must[sum]+w.may[sum] {
			errs = append(errs, fmt.Errorf("of the file of sum %.8s there are %d, not %d (to %d): %q", sum, n, w.must[sum], w.must[sum]+w.may[sum], found[sum]))
		}
	}
	return errors.Join(errs...)
}

// claimedOnce checks that each workbook that was claimed has one import, which says where it is.
func (w *world) claimedOnce(files []string, imports []ledger.Import) error {
	var errs []error
	where := map[string]bool{}
	for _, path := range files {
		if strings.Contains(path, "/.inlet/") {
			errs = append(errs, fmt.Errorf("%s is left", path))
		}
		if placed(path) != "" && w.workbook[w.sum(path)] {
			where[filepath.Join(w.dir, path)] = true
		}
	}
	folders := map[ledger.State]string{ledger.Done: "done", ledger.Duplicate: "done", ledger.Refused: "failed", ledger.Held: "held"}
	for i := range imports {
		imp := &imports[i]
		w.met.add(string(imp.State), 1)
		w.met.add("updated", imp.Tally.Counts.Of(crm.Account).Updated+imp.Tally.Counts.Of(crm.Contact).Updated)
		w.met.add("rejected", imp.Tally.Counts.Of(crm.Account).Rejected+imp.Tally.Counts.Of(crm.Contact).Rejected)
		if !where[imp.Archived] {
			errs = append(errs, fmt.Errorf("import %s of %s has its workbook at %q: none is there, or it is of another import", imp.ID, imp.Workbook, imp.Archived))
		}
		delete(where, imp.Archived)
		rel, _ := filepath.Rel(w.dir, imp.Archived)
		if sum := w.sum(rel); sum != imp.Sum || placed(rel) != folders[imp.State] {
			errs = append(errs, fmt.Errorf("import %s (%s) is at %s with sum %.8s, not %.8s", imp.ID, imp.State, rel, sum, imp.Sum))
		}
	}
	for path := range where {
		errs = append(errs, fmt.Errorf("%s belongs to no import", path))
	}
	return errors.Join(errs...)
}

// tallied checks that each part of each row is in the journal once, and that the tally is that of the journal.
func (w *world) tallied(p *portrait) error {
	type part struct {
		place int64
		kind  crm.Kind
	}
	var errs []error
	for i := range p.Imports {
		imp := &p.Imports[i]
		var tally ledger.Tally
		seen, rows := map[part]bool{}, map[int64]bool{}
		for _, c := range p.changes[imp.ID] {
			if at := (part{c.Ordinal, c.Kind}); seen[at] {
				errs = append(errs, fmt.Errorf("the %s of row %d is twice in the journal of %s", c.Kind, c.Ordinal, imp.ID))
			} else {
				seen[at], rows[c.Ordinal] = true, true
			}
			tally.Add(&c)
		}
		tally.Rows, tally.Blank = len(rows), imp.Tally.Blank
		if diff := cmp.Diff(tally, imp.Tally); diff != "" {
			errs = append(errs, fmt.Errorf("the tally of %s is not that of its journal (-journal +tally):\n%s", imp.ID, diff))
		}
	}
	return errors.Join(errs...)
}

// notified checks that each import has one notification. It may come twice only after a crash between sending and noting it.
func (w *world) notified(imports []ledger.Import) error {
	w.webhook.mu.Lock()
	defer w.webhook.mu.Unlock()
	var errs []error
	for i := range imports {
		if n := len(w.webhook.ids[imports[i].ID]); n != 1 {
			errs = append(errs, fmt.Errorf("import %s has %d notifications", imports[i].ID, n))
		}
	}
	if len(w.webhook.ids) != len(imports) {
		errs = append(errs, fmt.Errorf("%d imports have notifications, and %d are in the store", len(w.webhook.ids), len(imports)))
	}
	repeats := w.webhook.calls - len(w.webhook.ids)
	w.met.add("sent again", repeats)
	if repeats > len(w.lives)*4 { // as many as go out side by side, for each life
		errs = append(errs, fmt.Errorf("%d notifications were sent again in %d runs", repeats, len(w.lives)))
	}
	return errors.Join(errs...)
}

// importAgain imports what was claimed into a fresh store: undisturbed, one after the other, in the order in which they ended.
func (w *world) importAgain(ctx context.Context, parts *assembly.Parts, imports []ledger.Import) error {
	dir := filepath.Join(w.dir, "again")
	for i := range imports {
		imp := &imports[i]
		here := filepath.Join(dir, fmt.Sprint(i))
		if err := os.MkdirAll(here, 0o755); err != nil {
			return err
		}
		job := pipeline.Job{Inbox: imp.Inbox, Name: imp.Workbook, Workbook: filepath.Join(here, filepath.Base(imp.Workbook)), Language: "en",
			Tell: ledger.Recipients{Webhooks: []string{"hook"}}}
		err := copyFile(imp.Archived, job.Workbook)
		if imp.Beside != "" {
			job.Sidecar = filepath.Join(here, imp.Beside)
			err = errors.Join(err, copyFile(strings.TrimSuffix(imp.Archived, filepath.Ext(imp.Archived))+".mapping.yaml", job.Sidecar))
		}
		if err != nil {
			return fmt.Errorf("take import %s once more: %w", imp.ID, err)
		}
		if _, err := parts.Pipeline.Run(ctx, job); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}

// portrait is all of a store that may not depend on what befell the daemon.
type portrait struct {
	Records []string // in the order of creation
	Imports []ledger.Import
	changes map[string][]ledger.Change
}

// portray numbers the imports anew, in the order in which they ended: a process that dies may leave a number out, and one that was interrupted before it
// wrote anything may be continued after those of another inbox.
func portray(ctx context.Context, parts *assembly.Parts) (*portrait, error) {
	p := &portrait{changes: map[string][]ledger.Change{}}
	imports, err := parts.Store.Imports.List(ctx, 0, 1000)
	if err != nil {
		return nil, err
	}
	slices.Reverse(imports)
	slices.SortStableFunc(imports, func(a, b ledger.Import) int { return a.Ended.Compare(b.Ended) })
	no := map[int64]int64{}
	for i := range imports {
		no[imports[i].No] = int64(i + 1)
	}
	anew := func(mark int64) int64 { return mark + (no[ledger.ImportOf(mark)]-ledger.ImportOf(mark))<<36 }
	type created struct {
		mark int64
		text string
	}
	for _, kind := range crm.Kinds {
		var all []created
		err := parts.Store.Records.Each(ctx, kind, func(rec crm.Record) error {
			slices.SortFunc(rec.Values, func(a, b crm.Pair) int { return strings.Compare(a.Field, b.Field) }) // batches may set them in another order
			values, err := json.Marshal(rec.Values)
			text := fmt.Sprintf("%s %s of %q created %x changed %x %s", kind, rec.ID, rec.ParentID, anew(rec.Seq), anew(rec.ChangeID), values)
			all = append(all, created{anew(rec.Seq), text})
			return err
		})
		if err != nil {
			return nil, err
		}
		slices.SortFunc(all, func(a, b created) int { return compare.Compare(a.mark, b.mark) })
		for _, rec := range all {
			p.Records = append(p.Records, rec.text)
		}
	}
	p.Imports = imports
	for i := range imports {
		for changes, err := range parts.Store.Journal.Changes(ctx, imports[i].ID) {
			if err != nil {
				return nil, err
			}
			p.changes[imports[i].ID] = append(p.changes[imports[i].ID], changes...)
		}
	}
	return p, nil
}

// shown is a portrait as text, without what is of one daemon only: times, places, attempts, batches.
func (p *portrait) shown() []string {
	all := slices.Clone(p.Records)
	for i := range p.Imports {
		imp := p.Imports[i]
		all = append(all, fmt.Sprintf("import %s of %s %s: %s %s %s, row %d, %+v, mapping %s %.8s %s", imp.ID, imp.Inbox, imp.Workbook, imp.State, imp.Code, imp.Why,
			imp.Cursor.Row, imp.Tally, imp.Mapping, imp.With, imp.Beside))
		for _, c := range p.changes[imp.ID] {
			c.Expect = 0
			text, _ := json.Marshal(c)
			all = append(all, fmt.Sprintf("  %s", text))
		}
	}
	return all
}
