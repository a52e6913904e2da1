package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/apply"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// planner finds what an import would do, without doing it.
type planner struct {
	screener
	journal  apply.Journal
	newStore func(ctx context.Context, rules []crm.Rule) (Rehearsal, error)
}

// rehearse takes the rows through matching and writing on a rehearsal of the store. The refusal says what would hold the import.
func (p *planner) rehearse(ctx context.Context, job Job, c check.Result, rep *report.Report, found suspicion, each func([]ledger.Change) error) (*ledger.Refusal, error) {
	rows := seen.New(match.Ahead)
	defer rows.Close()
	_, rules, err := apply.Matchers(p.records, p.schema, c.Policies(), &rep.Import, rows)
	if err != nil {
		return nil, err
	}
	indexed := rep.Took(ledger.StepIndex)
	to, err := p.newStore(ctx, rules)
	if err != nil {
		return nil, err
	}
	defer to.Close(context.WithoutCancel(ctx))
	indexed()
	matchers, _, err := apply.Matchers(to, p.schema, c.Policies(), &rep.Import, rows)
	if err != nil {
		return nil, err
	}
	cleared := ledger.Cleared{}
	in := applyInput(&p.opener, p.journal, job, c, rep, matchers)
	in.Target, in.Each = to, func(changes []ledger.Change) error {
		cleared.Add(changes)
		if each == nil {
			return nil
		}
		return each(changes)
	}
	if err := apply.Run(ctx, in); err != nil {
		return nil, err
	}
	if refusal := rep.Import.Uncreatable(); refusal != nil {
		return refusal, nil
	}
	if found.refusal != nil || rep.Import.Approved {
		return found.refusal, nil
	}
	return c.Mapping.Policy.Caps.Passed(&rep.Import.Tally, &rep.Import.Reading, cleared, found.accepted), nil
}

// creates reports whether a workbook may create records.
func creates(c check.Result) bool {
	return slices.ContainsFunc(c.Policies(), func(p ledger.Policy) bool { return p.Mode != ledger.UpdateOnly })
}

// holdReason returns why the import is held, or refused, before anything is written: by its name it may not be meant, something about the file as a whole is
// strange, or its plan passes a cap. What it would do is noted for the person who decides; planned says whether that was looked at.
func (p *planner) holdReason(ctx context.Context, job Job, c check.Result, rep *report.Report) (refusal *ledger.Refusal, planned bool, err error) {
	found, err := p.screen(ctx, job, c, &rep.Import)
	if err != nil || found.final() {
		return found.refusal, false, err
	}
	numbered := rep.Import.NewIDs.Numbered() && creates(c)
	if !numbered && (rep.Import.Approved || found.refusal == nil && !c.Mapping.Policy.Caps.Any()) {
		return nil, false, nil
	}
	plan := report.Report{Import: rep.Import, Steps: rep.Steps}
	text := &truncatingBuffer{most: 1 << 20}
	changes := report.NewPlanText(text, p.schema, job.Language, false)
	refusal, err = p.rehearse(ctx, job, c, &plan, found, changes.Changes)
	if err != nil || refusal == nil || rep.Import.Approved && refusal.Hold {
		return nil, true, err
	}
	plan.Import.State = ledger.Planned
	text.end(job.Language)
	var shown bytes.Buffer
	if err := changes.Summary(&shown, &plan.Import); err != nil {
		return nil, true, err
	}
	if text.Len() > 0 {
		shown.WriteByte('\n')
		shown.Write(text.Bytes())
	}
	rep.Plan = shown.Bytes()
	return refusal, true, nil
}

// truncatingBuffer keeps the beginning of what is written to it.
type truncatingBuffer struct {
	bytes.Buffer
	most int
	lost int
}

func (b *truncatingBuffer) Write(text []byte) (int, error) {
	if b.lost > 0 || b.Len()+len(text) > b.most { // nothing after a gap, or it would look complete
		b.lost += len(text)
		return len(text), nil
	}
	return b.Buffer.Write(text)
}

// end says how much was left out.
func (b *truncatingBuffer) end(lang string) {
	if b.lost > 0 {
		fmt.Fprintf(&b.Buffer, message.Word(lang, "… %d KB more: inlet plan shows all\n"), b.lost>>10)
	}
}

// applyInput returns what applying and planning have in common.
func applyInput(o *opener, journal apply.Journal, job Job, c check.Result, rep *report.Report, matchers []*match.Matcher) apply.Input {
	return apply.Input{Source: o.source(job, c.Mapping), Notes: c.Notes, Matchers: matchers, Journal: journal, Report: rep, Rows: c.Rows}
}
