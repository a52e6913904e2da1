package pipeline

import (
	"context"
	"log/slog"

	"inlet.example/inlet/pipeline/apply"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// indexer gives records the keys that imports look them up by.
type indexer struct {
	job.Opener
	records Records
	index   Index
	writer  Writer
	log     *slog.Logger
}

// prepare gives the records that an import will look up their keys, as far as that can be done while another import applies.
func (x *indexer) prepare(ctx context.Context, job Job, c check.Result, rep *report.Report) error {
	if rep.Import.State.Ended() {
		return nil
	}
	rules, err := x.rules(c, &rep.Import)
	if err != nil {
		return err
	}
	workbook := rep.Import.Workbook
	index := func(ctx context.Context) error {
		n, err := x.index.Prepare(ctx, rules)
		if n > 0 {
			x.log.LogAttrs(ctx, slog.LevelInfo, "Records indexed", slog.String("workbook", workbook), slog.Int("records", n))
		}
		return err
	}
	if job.Index == nil {
		ctx, end := rep.Took(ctx, ledger.StepIndex)
		defer end()
		return index(ctx)
	}
	took, err := job.Index(ctx, index)
	rep.Steps[ledger.StepIndex] += took
	return err
}

// use makes sure, under the lease, that an import finds all records.
func (x *indexer) use(ctx context.Context, c check.Result, rep *report.Report) error {
	rules, err := x.rules(c, &rep.Import)
	if err != nil {
		return err
	}
	ctx, end := rep.Took(ctx, ledger.StepIndex)
	defer end()
	return x.index.Use(ctx, rules)
}

// rules returns what an import looks records up by.
func (x *indexer) rules(c check.Result, imp *ledger.Import) ([]crm.Rule, error) {
	rows := seen.New(match.Ahead)
	defer rows.Close()
	_, rules, err := apply.Matchers(x.records, x.Schema, c.Policies(), imp, rows)
	return rules, err
}

// now does most of the work before it waits for its turn. Without rules it is for all that records have been looked up by.
func (x *indexer) now(ctx context.Context, rules []crm.Rule) error {
	use := x.index.Again
	if rules != nil {
		use = func(ctx context.Context) error { return x.index.Use(ctx, rules) }
	}
	_, err := x.index.Prepare(ctx, rules)
	if err == nil {
		err = x.writer.Hold(ctx, use)
	}
	if err != nil {
		return message.Errorf("index: %w", err)
	}
	return nil
}
