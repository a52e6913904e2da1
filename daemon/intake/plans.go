package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/preview"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
)

// making is a plan that is being made, or could not be.
type making struct {
	cancel      context.CancelFunc
	then        func(ctx context.Context, s *planfile.Summary) error // nil: nothing is done with the plan but to show it
	done, total int
	err         error
	failed      time.Time // zero while it is made
}

// retryAfter is how long the reason is shown why a plan could not be made, before the next request has it made again.
const retryAfter = 10 * time.Second

// Map gives an upload the mapping of a draft, and has its plan made. The error is a *ledger.Refusal where the mapping cannot be used.
func (in *Intake) Map(ctx context.Context, u uploads.Upload, d *columns.Draft, lang string) (uploads.Upload, error) {
	h, err := in.choosing(ctx, u)
	if err != nil {
		return u, err
	}
	content := d.YAML(true)
	job := h.job(u, lang)
	if _, err := mapping.Parse("mapping", content, h.parts.Schema, h.house(&job)); err != nil {
		return u, err
	}
	u.Adds = ""
	if h.adds != nil && d.Has(h.adds.Path()) {
		u.Adds = h.adds.Path()
	}
	in.stop(u.ID)
	return in.keep.Map(u, content)
}

// MapAsUsual gives an upload the mapping that the inbox has for files of its name. Without one the headings decide.
func (in *Intake) MapAsUsual(ctx context.Context, u uploads.Upload) (uploads.Upload, error) {
	h, err := in.at(ctx, u.Inbox)
	if err != nil {
		return u, err
	}
	content, err := h.mappingOf(u)
	if err != nil {
		return u, err
	}
	u.Adds = ""
	return in.keep.Map(u, columns.Usual(content, u.Mode))
}

// Choose keeps what a person has chosen for ambiguous rows, besides what was chosen before. The plan is made again, and knows the rows no longer: they are
// kept, so that a choice can be changed.
func (in *Intake) Choose(ctx context.Context, u uploads.Upload, choices map[string]string, rows []planfile.Row) (uploads.Upload, error) {
	content, all, err := in.chosen(ctx, u)
	if err != nil {
		return u, err
	}
	before, err := in.keep.Remembered(u)
	if err != nil {
		return u, err
	}
	known := map[string]planfile.Row{}
	if before != nil {
		if err := json.Unmarshal(before, &known); err != nil {
			return u, err
		}
	}
	for _, row := range rows {
		known[row.Key()] = row
	}
	text, err := json.Marshal(known)
	if err != nil {
		return u, err
	}
	if err := in.keep.Remember(u, text); err != nil {
		return u, err
	}
	maps.Copy(all, choices)
	in.stop(u.ID)
	return in.keep.Map(u, columns.WithChoices(content, all))
}

// Chosen returns what was chosen for ambiguous rows, and those rows as they were before it.
func (in *Intake) Chosen(ctx context.Context, u uploads.Upload) (map[string]string, map[string]planfile.Row, error) {
	_, all, err := in.chosen(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	rows := map[string]planfile.Row{}
	text, err := in.keep.Remembered(u)
	if err == nil && text != nil {
		err = json.Unmarshal(text, &rows)
	}
	return all, rows, err
}

func (in *Intake) chosen(ctx context.Context, u uploads.Upload) (content []byte, choices map[string]string, err error) {
	h, err := in.homeOf(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	if content, err = h.mappingOf(u); err != nil {
		return nil, nil, err
	}
	if content == nil { // its headings decide
		return []byte("version: 1\n"), map[string]string{}, nil
	}
	job := h.job(u, h.parts.Language)
	m, err := mapping.Parse("mapping", content, h.parts.Schema, h.house(&job))
	if err != nil {
		return nil, nil, err
	}
	choices = maps.Clone(m.Policy.Choices)
	if choices == nil {
		choices = map[string]string{}
	}
	return content, choices, nil
}

// Plan returns the plan of an upload, and has it made if there is none.
func (in *Intake) Plan(ctx context.Context, u uploads.Upload, lang string) (preview.Plan, error) {
	if done, total, err, making := in.making(u.ID); making {
		return preview.Plan{Done: done, Total: total}, err
	}
	made, ok, err := planfile.Read(u.PlanFolder())
	if err != nil {
		return preview.Plan{}, err
	}
	h, err := in.homeOf(ctx, u)
	if err != nil {
		return preview.Plan{}, err
	}
	if !ok {
		return preview.Plan{}, in.start(ctx, h, u, lang, nil)
	}
	newest, err := h.newest(ctx)
	return preview.Plan{Ready: true, Summary: made, Folder: u.PlanFolder(), Adds: h.adds, Later: newest > made.Newest, Changed: in.hasChanged(u.ID, made.Digest)}, err
}

// making returns how far the plan of an upload is that is being made, or why it could not be made a moment ago.
func (in *Intake) making(id string) (done, total int, err error, making bool) { //nolint:revive // the error is that of the plan
	in.mu.Lock()
	defer in.mu.Unlock()
	now := in.plans[id]
	if now == nil || !now.failed.IsZero() && time.Since(now.failed) >= retryAfter {
		return 0, 0, nil, false
	}
	return now.done, now.total, now.err, true
}

// hasChanged reports whether a plan is another than the one that a person wanted to import.
func (in *Intake) hasChanged(id, digest string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.changed[id] == digest
}

// Import moves an upload into its inbox, where it is imported, if its plan is still the one that the person has seen. Where other imports have begun since it
// was made, it is made again first; moved is false meanwhile. Another plan is shown to the person in place of being imported.
func (in *Intake) Import(ctx context.Context, by string, u uploads.Upload, seen preview.Plan, lang string) (moved bool, err error) {
	h, err := in.homeOf(ctx, u)
	if err != nil {
		return false, err
	}
	if h.adds != nil && !access.Of(ctx).May(access.Admin) {
		return false, uploads.ErrField
	}
	if !seen.Later {
		_, err := in.Move(ctx, by, u)
		return err == nil, err
	}
	if err := in.Again(u); err != nil {
		return false, err
	}
	return false, in.start(ctx, h, u, lang, func(ctx context.Context, s *planfile.Summary) error {
		if s.Digest != seen.Summary.Digest || s.Import.State != ledger.Planned {
			in.update(func() { in.changed[u.ID] = s.Digest })
			return nil
		}
		_, err := in.Move(ctx, by, u)
		return err
	})
}

// start has a plan made, and then called with it.
func (in *Intake) start(ctx context.Context, h home, u uploads.Upload, lang string, then func(context.Context, *planfile.Summary) error) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if now := in.plans[u.ID]; now != nil && now.failed.IsZero() {
		return nil // another request was first
	}
	now := &making{then: then}
	in.plans[u.ID] = now
	err := h.session.Do(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		in.update(func() { now.cancel = cancel })
		err := ledger.Catch(func() error { return in.make(ctx, h, u, lang, now) })
		if err != nil && ctx.Err() == nil {
			in.log.LogAttrs(ctx, slog.LevelWarn, "Upload could not be planned", slog.String("upload", u.ID), slog.Any("error", err))
		}
		in.update(func() {
			now.err, now.failed = err, time.Now()
			if err == nil && in.plans[u.ID] == now {
				delete(in.plans, u.ID)
			}
		})
		return nil
	})
	if err != nil {
		delete(in.plans, u.ID)
	}
	return err
}

func (in *Intake) update(do func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	do()
}

// stop ends the plan that is being made of an upload.
func (in *Intake) stop(id string) {
	in.update(func() {
		if now := in.plans[id]; now != nil && now.cancel != nil {
			now.cancel()
		}
		delete(in.plans, id)
	})
}

// make makes a plan, when the one before it has been made.
func (in *Intake) make(ctx context.Context, h home, u uploads.Upload, lang string, now *making) error {
	select {
	case in.turn <- struct{}{}:
		defer func() { <-in.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	job := h.job(u, lang)
	job.Progress = func(done, total int) { in.update(func() { now.done, now.total = done, total }) }
	newest, err := h.newest(ctx)
	if err != nil {
		return err
	}
	cells, err := h.cells(ctx, job)
	if err != nil {
		return err
	}
	if err := in.keep.MakePlanFolder(u); err != nil {
		return err
	}
	content, err := h.mappingOf(u)
	if err != nil {
		return err
	}
	w, err := planfile.Create(u.PlanFolder(), cells, slices.Concat([]byte(u.Sum), content))
	if err != nil {
		return err
	}
	rep, err := h.parts.Pipeline.Plan(ctx, job, w.Add)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		w.Discard()
		return err
	}
	if err := w.Close(&rep.Import, newest, time.Now()); err != nil || now.then == nil {
		return err
	}
	s, _, err := planfile.Read(u.PlanFolder())
	if err != nil {
		return err
	}
	return now.then(ctx, &s)
}

// newest returns the number of the newest import of the store.
func (h *home) newest(ctx context.Context) (int64, error) {
	imports, err := h.parts.Store.Imports.List(ctx, 0, 1)
	if err != nil || len(imports) == 0 {
		return 0, err
	}
	return imports[0].No, nil
}

// cells finds out which column each field comes from. A workbook that cannot be imported has none: the plan says why.
func (h *home) cells(ctx context.Context, job pipeline.Job) (planfile.Cells, error) {
	type place struct {
		sheet string
		path  string
	}
	letters := map[place]string{}
	c, err := h.parts.Pipeline.Check(ctx, &job)
	if _, refused := errors.AsType[*ledger.Refusal](err); err != nil && !refused {
		return nil, err
	}
	for _, b := range c.Bound {
		for _, column := range b.Columns {
			letters[place{b.Sheet(), column.Field.Path()}] = column.Letter
		}
	}
	return func(sheet string, kind crm.Kind, field string) string { return letters[place{sheet, kind.Path(field)}] }, nil
}

// Candidates returns the records that rows may mean, with how many records belong to each.
func (in *Intake) Candidates(ctx context.Context, u uploads.Upload, kind crm.Kind, ids []string) (map[string]preview.Candidate, error) {
	h, err := in.homeOf(ctx, u)
	if err != nil {
		return nil, err
	}
	found, err := h.parts.Store.Records.ByID(ctx, kind, ids)
	if err != nil {
		return nil, err
	}
	all := map[string]preview.Candidate{}
	for _, rec := range found {
		all[rec.ID] = preview.Candidate{Record: rec, Children: map[crm.Kind]int{}}
	}
	for _, child := range crm.Kinds {
		if child.Parent() != kind {
			continue
		}
		count, err := h.parts.Store.Records.Children(ctx, child, ids)
		if err != nil {
			return nil, err
		}
		for id, c := range all {
			c.Children[child] = count[id]
		}
	}
	return all, nil
}

// Again removes the plan of an upload, so that it is made again.
func (in *Intake) Again(u uploads.Upload) error {
	in.stop(u.ID)
	_, err := in.keep.Map(u, nil)
	return err
}

// Faulty returns the rows of a plan that do not come in, as a workbook.
func (in *Intake) Faulty(ctx context.Context, u uploads.Upload, lang string) (io.ReadCloser, error) {
	h, err := in.homeOf(ctx, u)
	if err != nil {
		return nil, err
	}
	return faultyRows(ctx, &h, u, lang)
}
