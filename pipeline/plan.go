package pipeline

import (
	"bytes"
	"cmp"
	"context"

	"inlet.example/inlet/pipeline/apply"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/screen"
)

// planner finds what an import would do, without doing it.
type planner struct {
	screen.Screener
	journal  apply.Journal
	newStore func(ctx context.Context, rules []crm.Rule) (Rehearsal, error)
}

// rehearse takes the rows through matching and writing on a rehearsal of the store. The refusal says what would hold the import.
func (p *planner) rehearse(ctx context.Context, job Job, c check.Result, rep *report.Report, found screen.Suspicion, each func([]ledger.Change) error) (*ledger.Refusal, error) {
	rows := seen.New(match.Ahead)
	defer rows.Close()
	_, rules, err := apply.Matchers(p.Records, p.Schema, c.Policies(), &rep.Import, rows)
	if err != nil {
		return nil, err
	}
	indexing, indexed := rep.Took(ctx, ledger.StepIndex)
	to, err := p.newStore(indexing, rules)
	if err != nil {
		return nil, err
	}
	defer to.Close(context.WithoutCancel(ctx))
	indexed()
	matchers, _, err := apply.Matchers(to, p.Schema, c.Policies(), &rep.Import, rows)
	if err != nil {
		return nil, err
	}
	cleared := ledger.Cleared{}
	newer := rejects.NewerThan(cmp.Or(job.Found.Corrects, &rep.Import))
	in := applyInput(&p.Opener, p.journal, job, c, rep, matchers)
	in.Target, in.Each = to, func(changes []ledger.Change) error {
		cleared.Add(changes)
		newer.Add(changes)
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
	if found.Refusal != nil || rep.Import.Approved {
		return found.Refusal, nil
	}
	if passed := c.Mapping.Policy.Caps.Passed(&rep.Import.Tally, &rep.Import.Reading, cleared, found.Accepted); passed != nil || job.Found.Corrects == nil {
		return passed, nil
	}
	return newer.Refusal(ctx, p.Imports, rep.Import.No)
}

// holdReason returns why the import is held, or refused, before anything is written: by its name it may not be meant, something about the file as a whole is
// strange, or its plan passes a cap. What it would do is noted for the person who decides; planned says whether that was looked at.
func (p *planner) holdReason(ctx context.Context, job Job, c check.Result, rep *report.Report) (refusal *ledger.Refusal, planned bool, err error) {
	found, err := p.Screen(ctx, job, c, &rep.Import)
	if err != nil || found.Final() {
		return found.Refusal, false, err
	}
	numbered := rep.Import.NewIDs.Numbered() && c.MayCreate()
	if !numbered && (rep.Import.Approved || found.Refusal == nil && job.Found.Corrects == nil && !c.Mapping.Policy.Caps.Any()) {
		return nil, false, nil
	}
	plan := report.Report{Import: rep.Import, Steps: rep.Steps}
	text := report.NewBeginning(1 << 20)
	changes := report.NewPlanText(text, p.Schema, job.Language, false)
	refusal, err = p.rehearse(ctx, job, c, &plan, found, changes.Changes)
	if err != nil || refusal == nil || rep.Import.Approved && refusal.Hold {
		return nil, true, err
	}
	plan.Import.State = ledger.Planned
	text.End(job.Language)
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

// applyInput returns what applying and planning have in common.
func applyInput(o *job.Opener, journal apply.Journal, job Job, c check.Result, rep *report.Report, matchers []*match.Matcher) apply.Input {
	return apply.Input{Source: o.Source(job, c.Mapping), Notes: c.Notes, Matchers: matchers, Journal: journal, Report: rep, Rows: c.Rows}
}
