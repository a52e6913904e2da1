package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/proposal"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/sheet"
)

// opener opens the workbooks of jobs with the mapping that holds for each.
type opener struct {
	schema   *crm.Schema
	fallback mapping.Fallback
	limits   sheet.Limits
	password func(name string) (string, error) // may be nil
	batch    int
}

// mapping returns what holds for a job's workbook.
func (o *opener) mapping(job Job) (*mapping.Mapping, error) {
	house := o.house(job)
	var m *mapping.Mapping
	var err error
	switch {
	case job.sidecar != nil:
		m, err = mapping.Parse(job.sidecar.Name, []byte(job.sidecar.Content), o.schema, house)
	case job.Sidecar != "":
		m, err = mapping.Load(job.Sidecar, o.schema, house)
	default:
		m, err = mapping.Default(o.schema, house)
	}
	if err == nil && job.shared() {
		m.Share()
	}
	if err == nil && job.corrects != nil {
		m.UseForRejects()
	}
	return m, err
}

// holdWithSuggestion holds a workbook with a suggested mapping where it would be refused for want of one. Other errors stay as they are.
func (o *opener) holdWithSuggestion(ctx context.Context, job *Job, err error) error {
	refusal, ok := errors.AsType[*ledger.Refusal](err)
	if !ok || !proposal.Helps(refusal) || job.Sidecar != "" || job.sidecar != nil || job.corrects != nil {
		return err
	}
	suggested, failed := o.suggest(ctx, *job)
	if failed != nil || suggested == nil {
		return cmp.Or(failed, err)
	}
	job.suggested = suggested
	return suggested.Hold(refusal)
}

// suggest suggests a mapping for a workbook that came without one; nil where none can be.
func (o *opener) suggest(ctx context.Context, job Job) (*proposal.Proposal, error) {
	book, err := sheet.OpenContext(ctx, job.Workbook, sheet.Options{Limits: o.limits, Encoding: job.Encoding, Delimiter: job.Delimiter, Locale: convert.Locales[0], Approved: true})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	return proposal.For(ctx, o.schema, o.house(job), book, job.Name, job.Language)
}

// pending returns the mapping that is suggested for a workbook which came with none that can be used, or with that one as it was written; nil for any other.
func (o *opener) pending(ctx context.Context, job Job) (*proposal.Proposal, error) {
	if job.suggested != nil || job.sidecar == nil || job.Sidecar == "" || job.corrects != nil {
		return job.suggested, nil
	}
	is, err := o.suggest(ctx, job)
	if err != nil || is == nil || !is.Is(job.sidecar.Content) {
		return nil, err
	}
	return is, nil
}

// house returns what holds for a job's workbook where its mapping says nothing.
func (o *opener) house(job Job) mapping.Fallback {
	house := o.fallback
	house.Limits, house.Encoding, house.Delimiter, house.Empty = job.Limits, job.Encoding, job.Delimiter, job.Empty
	return house
}

// source returns a job's workbook, to be read by a mapping.
func (o *opener) source(job Job, m *mapping.Mapping) *read.Source {
	return &read.Source{Mapping: m, Batch: o.batch, Pulse: job.Pulse, Open: func(ctx context.Context) (*sheet.Workbook, error) { return o.open(ctx, job, m) }}
}

// open opens a job's workbook as its mapping says.
func (o *opener) open(ctx context.Context, job Job, m *mapping.Mapping) (*sheet.Workbook, error) {
	options := sheet.Options{Limits: o.limits, Encoding: m.Encoding, Delimiter: m.Delimiter, Locale: m.Locale, HeaderRow: m.HeaderRow, Approved: job.Approve}
	if m.Password != "" && o.password != nil {
		password, err := o.password(m.Password)
		if err != nil {
			return nil, fmt.Errorf("read the password file %s: %w", m.Password, err)
		}
		options.Password = password
	}
	return sheet.OpenContext(ctx, job.Workbook, options)
}
