package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// Job is one workbook to import.
type Job struct {
	Arrival  string // ID of the claim; "" for a file that a person named on the command line
	Inbox    string // "" likewise
	Name     string // as the person knows it
	Workbook string // path
	Sidecar  string // path; "" where known headings must do
	Folders  Folders
	Again    bool                  // import the same bytes once more
	Progress func(done, total int) // called after each batch with rows; may be nil
}

// Store is all that an import asks of a store.
type Store interface {
	match.Finder
	Hold(ctx context.Context, do func(context.Context) error) error
	Begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error)
	Use(ctx context.Context, rules []crm.Rule) error
	Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error)
	Finish(ctx context.Context, imp *ledger.Import) error
}

// Pipeline imports workbooks into one store.
type Pipeline struct {
	Store    Store
	Schema   *crm.Schema
	Fallback mapping.Fallback
	Batch    int // rows between two checkpoints
	Log      *slog.Logger
}

// Run takes a workbook all the way and reports how it ended. It gives an error only if trying again could help; the same Run again then
// carries on where it stood.
func (p *Pipeline) Run(ctx context.Context, job Job) (report.Report, error) {
	rep := report.Report{Steps: map[report.Step]time.Duration{}}
	rep.Import = ledger.Import{Arrival: job.Arrival, Inbox: job.Inbox, Workbook: job.Name, Mapping: "headings", State: ledger.Running, Began: time.Now().UTC()}
	if err := p.identify(&rep.Import, job); err != nil {
		return rep, fmt.Errorf("import %s: %w", job.Name, err)
	}
	checked, err := p.check(ctx, job, &rep)
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		rep.Import.State, rep.Import.Code, rep.Import.Why = ledger.Refused, refusal.Code, refusal.Error()
		if refusal.Hold {
			rep.Import.State = ledger.Held
		}
	} else if err != nil {
		return rep, fmt.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.Store.Hold(ctx, func(ctx context.Context) error { return p.apply(ctx, job, checked, &rep) }); err != nil {
		return rep, fmt.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.archive(ctx, job, &rep); err != nil {
		return rep, fmt.Errorf("archive %s: %w", job.Name, err)
	}
	return rep, nil
}

// identify gives the import its ID: made of the workbook's bytes, its mapping, and where it goes, so that the same again is known.
func (p *Pipeline) identify(imp *ledger.Import, job Job) error {
	sum, err := sheet.Sum(job.Workbook)
	if err != nil {
		return err
	}
	imp.Sum = hex.EncodeToString(sum[:])
	with := fmt.Sprint(p.Fallback)
	if job.Sidecar != "" {
		content, err := os.ReadFile(job.Sidecar)
		if err != nil {
			return fmt.Errorf("read mapping: %w", err)
		}
		with += string(content)
	}
	h := sha256.Sum256([]byte(imp.Sum + "\x00" + job.Inbox + "\x00" + with))
	imp.ID = strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12])
	return nil
}

// check reads the workbook to its end, and looks whether the bytes that were read are those that gave the import its ID.
func (p *Pipeline) check(ctx context.Context, job Job, rep *report.Report) (Checked, error) {
	defer rep.Took(report.Check)()
	c, err := p.Check(ctx, job)
	if c.mapping != nil {
		rep.Import.Mapping = c.mapping.Name
	}
	if err != nil {
		return c, err
	}
	return c, p.unmoved(job, &rep.Import)
}

func (p *Pipeline) unmoved(job Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(job.Workbook)
	if err == nil && hex.EncodeToString(sum[:]) != imp.Sum {
		err = errors.New("somebody is still writing the file")
	}
	return err
}

func (p *Pipeline) mapping(job Job) (*mapping.Mapping, error) {
	if job.Sidecar == "" {
		return mapping.Default(p.Schema, p.Fallback)
	}
	return mapping.Load(job.Sidecar, p.Schema, p.Fallback)
}

// apply begins the import, or takes it up where it stood, and carries it to its end.
func (p *Pipeline) apply(ctx context.Context, job Job, c Checked, rep *report.Report) error {
	wants, again := rep.Import, job.Again || c.mapping != nil && c.mapping.Again
	if wants.State != ledger.Running {
		wants.Ended, again = time.Now().UTC(), true // a refusal is told each time
	}
	imp, err := p.Store.Begin(ctx, wants, again)
	if err != nil {
		return err
	}
	rep.Resumed = imp.Attempts > 1
	if !imp.State.Ended() && wants.State.Ended() {
		imp.State, imp.Code, imp.Why, imp.Ended = wants.State, wants.Code, wants.Why, wants.Ended
	}
	rep.Import = imp
	if imp.State.Ended() {
		return p.Store.Finish(ctx, &rep.Import)
	}
	p.Log.LogAttrs(ctx, slog.LevelInfo, "Import begins", slog.String("import", imp.ID), slog.String("workbook", job.Name),
		slog.Int("rows", c.Rows), slog.Int64("done", imp.Cursor.Place))
	if err := p.applyRows(ctx, job, c, rep); err != nil {
		return err
	}
	rep.Import.State, rep.Import.Ended = ledger.Done, time.Now().UTC()
	return p.Store.Finish(ctx, &rep.Import)
}

// applyRows matches and writes what is left of the workbook, a batch at a time.
func (p *Pipeline) applyRows(ctx context.Context, job Job, c Checked, rep *report.Report) error {
	imp := &rep.Import
	m, err := match.New(p.Store, p.Schema, c.mapping.Policy, *imp)
	if err != nil {
		return err
	}
	indexed := rep.Took(report.Index)
	if err := p.Store.Use(ctx, m.Rules()); err != nil {
		return err
	}
	indexed()
	reading := rep.Took(report.Read)
	err = p.read(ctx, job, c.mapping, imp.Cursor, func(b *portion) error {
		reading()
		defer func() { reading = rep.Took(report.Read) }()
		if err := p.applyBatch(ctx, m, b, rep); err != nil {
			return err
		}
		if job.Progress != nil {
			job.Progress(int(imp.Cursor.Place), c.Rows)
		}
		return ctx.Err() // the batch in hand is finished; what is left waits for the next start
	})
	reading()
	return err
}

// applyBatch matches a portion and writes it. Rows that met a foreign edit between look-up and write are matched again, once.
func (p *Pipeline) applyBatch(ctx context.Context, m *match.Matcher, b *portion, rep *report.Report) error {
	// A stop asked for now waits for the batch: what has been begun is brought to its checkpoint.
	ctx = context.WithoutCancel(ctx)
	batch := ledger.Batch{N: rep.Import.Batch + 1, After: b.after, Rows: len(b.drafts)}
	drafts := b.drafts
	for {
		matched := rep.Took(report.Match)
		changes, err := m.Match(ctx, drafts)
		matched()
		if err != nil {
			return err
		}
		batch.Changes, batch.After.Above = changes, m.Above()
		written := rep.Took(report.Write)
		outcomes, err := p.Store.Apply(ctx, &rep.Import, batch)
		written()
		if err != nil {
			return err
		}
		if drafts = lost(drafts, outcomes); len(drafts) == 0 || batch.Try == 1 {
			return nil
		}
		batch.Try = 1
	}
}

// lost returns the rows to be matched again, without the part that was written.
func lost(drafts []ledger.Draft, outcomes []ledger.Outcome) []ledger.Draft {
	type part struct {
		place int64
		kind  crm.Kind
	}
	missed, accounts := map[part]bool{}, map[int64]string{}
	for _, o := range outcomes {
		missed[part{o.Change.Place, o.Change.Kind}] = o.Lost
		if o.Change.Kind == crm.Account {
			accounts[o.Change.Place] = o.Change.ID
		}
	}
	var again []ledger.Draft
	for _, d := range drafts {
		account, contact := missed[part{d.Place, crm.Account}], missed[part{d.Place, crm.Contact}]
		switch {
		case account && !contact:
			d.Contact = ledger.Part{Kind: crm.Contact}
		case contact && !account:
			d.Account, d.In = ledger.Part{Kind: crm.Account}, accounts[d.Place]
		}
		if account || contact {
			again = append(again, d)
		}
	}
	return again
}
