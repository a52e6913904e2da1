package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"math"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Plan says what Run would do and writes nothing: each is called with what the rows of a batch would do, in their order. The Report
// has the counts. An error is the world's.
func (p *Pipeline) Plan(ctx context.Context, job Job, each func([]ledger.Change) error) (report.Report, error) {
	rep, checked, err := p.look(ctx, &job)
	if err != nil {
		return rep, fmt.Errorf("plan %s: %w", job.Name, err)
	}
	if rep.Import.State.Ended() {
		return rep, nil
	}
	rep.Import.Approved = job.Approve
	imp, err := p.Store.Next(ctx, rep.Import, job.Again || checked.mapping.Repeat)
	if err != nil {
		return rep, fmt.Errorf("plan %s: %w", job.Name, err)
	}
	rep.Import = imp
	if imp.State.Ended() {
		return rep, nil
	}
	found, err := p.suspect(ctx, job, checked, &rep.Import)
	if err != nil {
		return rep, fmt.Errorf("plan %s: %w", job.Name, err)
	}
	refusal, err := p.rehearse(ctx, job, checked, &rep, found, each)
	if err != nil {
		return rep, fmt.Errorf("plan %s: %w", job.Name, err)
	}
	rep.Import.State = ledger.Planned
	if refusal != nil {
		rep.Import.Code, rep.Import.Why = refusal.Code, report.Refused(refusal, job.Language)
	}
	return rep, nil
}

// rehearse takes the rows through matching and writing on a rehearsal of the store. The refusal says what would hold the import.
func (p *Pipeline) rehearse(ctx context.Context, job Job, c Checked, rep *report.Report, found suspicion, each func([]ledger.Change) error) (*ledger.Refusal, error) {
	past := match.NewPast()
	defer past.Close()
	_, rules, err := p.matchers(p.Store, c, &rep.Import, past)
	if err != nil {
		return nil, err
	}
	indexed := rep.Took(ledger.StepIndex)
	to, err := p.Rehearse(ctx, rules)
	if err != nil {
		return nil, err
	}
	defer to.Close(context.WithoutCancel(ctx))
	indexed()
	matchers, _, err := p.matchers(to, c, &rep.Import, past)
	if err != nil {
		return nil, err
	}
	cleared := ledger.Cleared{}
	w := &writing{Pipeline: p, job: job, checked: c, rep: rep, to: to, matchers: matchers, each: func(changes []ledger.Change) error {
		cleared.Add(changes)
		if each == nil {
			return nil
		}
		return each(changes)
	}}
	if err := w.rows(ctx); err != nil {
		return nil, err
	}
	if found.refusal != nil || rep.Import.Approved {
		return found.refusal, nil
	}
	return c.mapping.Policy.Caps.Passed(&rep.Import.Tally, &rep.Import.Reading, cleared, found.accepted), nil
}

// doubt returns why the import is held before anything is written: by its name it may not be meant, something about the file as a whole is
// strange, or its plan passes a cap. What it would do is noted for the person who decides.
func (p *Pipeline) doubt(ctx context.Context, job Job, c Checked, rep *report.Report) (*ledger.Refusal, error) {
	found, err := p.suspect(ctx, job, c, &rep.Import)
	if err != nil || rep.Import.Approved || found.refusal == nil && !c.mapping.Policy.Caps.Any() {
		return nil, err
	}
	planned := report.Report{Import: rep.Import, Steps: rep.Steps}
	text := &bounded{most: 1 << 20}
	changes := report.NewPlanText(text, p.Schema, job.Language, false)
	refusal, err := p.rehearse(ctx, job, c, &planned, found, changes.Changes)
	if err != nil || refusal == nil {
		return nil, err
	}
	planned.Import.State = ledger.Planned
	text.end(job.Language)
	err = changes.End(&planned.Import)
	rep.Plan = text.Bytes()
	if err != nil {
		return nil, err
	}
	return refusal, nil
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	bytes.Buffer
	most int
	lost int
}

func (b *bounded) Write(text []byte) (int, error) {
	if b.lost > 0 || b.Len()+len(text) > b.most { // after a gap nothing more, or it would look whole
		b.lost += len(text)
		return len(text), nil
	}
	return b.Buffer.Write(text)
}

// end says how much was left out, and lets the rest in.
func (b *bounded) end(lang string) {
	if b.lost > 0 {
		fmt.Fprintf(&b.Buffer, message.Word(lang, "… %d KB more: inlet plan shows all\n"), b.lost>>10)
	}
	b.lost, b.most = 0, math.MaxInt
}
