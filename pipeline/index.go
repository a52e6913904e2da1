package pipeline

import (
	"context"
	"fmt"
	"log/slog"

	"inlet.example/inlet/pipeline/apply"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/report"
)

// prepareIndex gives the records that an import will look up their keys, as far as that can be done while another import applies.
func (p *Pipeline) prepareIndex(ctx context.Context, c check.Result, rep *report.Report) error {
	if rep.Import.State.Ended() {
		return nil
	}
	rules, err := p.rules(c, &rep.Import)
	if err != nil {
		return err
	}
	defer rep.Took(ledger.StepIndex)()
	n, err := p.Store.Index.Prepare(ctx, rules)
	if n > 0 {
		p.Log.LogAttrs(ctx, slog.LevelInfo, "Records indexed", slog.String("workbook", rep.Import.Workbook), slog.Int("records", n))
	}
	return err
}

// rules returns what an import looks records up by.
func (p *Pipeline) rules(c check.Result, imp *ledger.Import) ([]crm.Rule, error) {
	rows := seen.New(match.Ahead)
	defer rows.Close()
	_, rules, err := apply.Matchers(p.Store.Records, p.Schema, c.Policies(), imp, rows)
	return rules, err
}

// Index gives the stored records the keys by which the import of a job would look them up. It writes nothing else. The error is a *ledger.Refusal
// where the workbook cannot be imported.
func (p *Pipeline) Index(ctx context.Context, job Job) error {
	c, err := p.Check(ctx, &job)
	if err != nil {
		return err
	}
	imp := job.begins()
	rules, err := p.rules(c, &imp)
	if err != nil {
		return err
	}
	return p.index(ctx, rules, func(ctx context.Context) error { return p.Store.Index.Use(ctx, rules) })
}

// IndexAgain does so for all rules that records have been looked up by.
func (p *Pipeline) IndexAgain(ctx context.Context) error {
	return p.index(ctx, nil, p.Store.Index.Again)
}

// index does most of the work before it waits for its turn.
func (p *Pipeline) index(ctx context.Context, rules []crm.Rule, use func(context.Context) error) error {
	_, err := p.Store.Index.Prepare(ctx, rules)
	if err == nil {
		err = p.Store.Writer.Hold(ctx, use)
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}
