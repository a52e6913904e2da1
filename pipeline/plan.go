package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
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
	imp, err := p.Store.Next(ctx, rep.Import, job.Again || checked.mapping.Again)
	if err != nil {
		return rep, fmt.Errorf("plan %s: %w", job.Name, err)
	}
	rep.Import = imp
	if imp.State.Ended() {
		return rep, nil
	}
	refusal, err := p.rehearse(ctx, job, checked, &rep, each)
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
func (p *Pipeline) rehearse(ctx context.Context, job Job, c Checked, rep *report.Report, each func([]ledger.Change) error) (*ledger.Refusal, error) {
	drift, accepted, err := p.doubted(ctx, job, c, &rep.Import)
	if err != nil {
		return nil, err
	}
	past := match.NewPast()
	defer past.Close()
	_, rules, err := p.matchers(p.Store, c, &rep.Import, past)
	if err != nil {
		return nil, err
	}
	indexed := rep.Took(report.Index)
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
	if drift != nil || rep.Import.Approved {
		return drift, nil
	}
	return c.mapping.Policy.Caps.Passed(&rep.Import.Tally, cleared, accepted), nil
}

// doubt returns why the import is held before anything is written: by its name it may not be meant, its headings are not those of the file
// before, or its plan passes a cap. What it would do is noted for the person who decides.
func (p *Pipeline) doubt(ctx context.Context, job Job, c Checked, rep *report.Report) (*ledger.Refusal, error) {
	drift, _, err := p.doubted(ctx, job, c, &rep.Import)
	if err != nil || drift == nil && !c.mapping.Policy.Caps.Any() {
		return nil, err
	}
	planned := report.Report{Import: rep.Import, Steps: rep.Steps}
	text := &bounded{most: 1 << 20}
	changes := report.NewPlanText(text, p.Schema, job.Language, false)
	refusal, err := p.rehearse(ctx, job, c, &planned, changes.Changes)
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

// doubted returns why an import is held whatever its plan is, and whether a file was imported with its mapping before.
func (p *Pipeline) doubted(ctx context.Context, job Job, c Checked, imp *ledger.Import) (*ledger.Refusal, bool, error) {
	drift, accepted, err := p.drift(ctx, job, c, imp)
	if err != nil || imp.Approved {
		return drift, accepted, err
	}
	named, err := p.misleading(ctx, &job, imp)
	return cmp.Or(named, drift), accepted, err
}

// drift returns the refusal of a file whose mapped headings are not those of the last file that was imported with its mapping, and
// whether there was one.
func (p *Pipeline) drift(ctx context.Context, job Job, c Checked, imp *ledger.Import) (*ledger.Refusal, bool, error) {
	before, accepted, err := p.Store.Accepted(ctx, imp.Inbox, c.mapping.Sum)
	if err != nil || !accepted || job.sidecar == nil || job.corrects != nil || imp.Approved {
		return nil, accepted, err
	}
	now := c.headings()
	gone, fresh := without(before, now), without(now, before)
	if len(gone)+len(fresh) == 0 {
		return nil, accepted, nil
	}
	return &ledger.Refusal{Code: "headings", Hold: true, Text: ledger.Say(
		"the headings are not those of the last file with this mapping: gone are %s, new are %s. Look whether the file is the right one",
		listed(gone), listed(fresh))}, accepted, nil
}

// headings returns the mapped columns in a form that can be held against those of another file.
func (c *Checked) headings() []string {
	var all []string
	for _, column := range c.Columns {
		all = append(all, column.Field.Path()+"="+crm.Heading(column.Heading))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func without(all, others []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(others, s) })
}

func listed(headings []string) string {
	if len(headings) == 0 {
		return "–"
	}
	return strings.Join(headings, ", ")
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
		fmt.Fprintf(&b.Buffer, report.Word(lang, "… %d KB more: inlet plan shows all\n"), b.lost>>10)
	}
	b.lost, b.most = 0, math.MaxInt
}
