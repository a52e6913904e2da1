package job

import (
	"cmp"
	"context"
	"errors"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/proposal"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/sheet"
)

// Opener opens the workbooks of jobs with the mapping that holds for each.
type Opener struct {
	Schema   *crm.Schema
	Fallback mapping.Fallback
	Limits   sheet.Limits
	Password func(name string) (string, error) // may be nil
	Batch    int                               // rows of a portion
}

// Mapping returns what holds for a job's workbook.
func (o *Opener) Mapping(j Job) (*mapping.Mapping, error) {
	house := o.Defaults(j)
	var m *mapping.Mapping
	var err error
	switch {
	case j.Found.Mapping != nil:
		m, err = mapping.Parse(j.Found.Mapping.Name, []byte(j.Found.Mapping.Content), o.Schema, house)
	case j.Sidecar != "":
		m, err = mapping.Load(j.Sidecar, o.Schema, house)
	default:
		m, err = mapping.Default(o.Schema, house)
	}
	if err == nil && j.SharesMapping() {
		m.Share()
	}
	if err == nil && j.Found.Corrects != nil {
		m.UseForRejects()
	}
	return m, err
}

// HoldWithSuggestion holds a workbook with a suggested mapping where it would be refused for want of one. Other errors stay as they are.
func (o *Opener) HoldWithSuggestion(ctx context.Context, j *Job, err error) error {
	refusal, ok := errors.AsType[*ledger.Refusal](err)
	if !ok || !proposal.Helps(refusal) || j.Sidecar != "" || j.Found.Mapping != nil || j.Found.Corrects != nil {
		return err
	}
	suggested, failed := o.Suggest(ctx, *j)
	if failed != nil || suggested == nil {
		return cmp.Or(failed, err)
	}
	j.Found.Suggested = suggested
	return suggested.Hold(refusal)
}

// Suggest suggests a mapping for a workbook that came without one; nil where none can be.
func (o *Opener) Suggest(ctx context.Context, j Job) (*proposal.Proposal, error) {
	book, err := sheet.OpenContext(ctx, j.Workbook, sheet.Options{Limits: o.Limits, Encoding: j.Encoding, Delimiter: j.Delimiter, Locale: convert.Locales[0], Approved: true})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	return proposal.For(ctx, o.Schema, o.Defaults(j), book, j.Name, j.Language)
}

// Pending returns the mapping that is suggested for a workbook which came with none that can be used, or with that one as it was written; nil for any other.
func (o *Opener) Pending(ctx context.Context, j Job) (*proposal.Proposal, error) {
	if j.Found.Suggested != nil || j.Found.Mapping == nil || j.Sidecar == "" || j.Found.Corrects != nil {
		return j.Found.Suggested, nil
	}
	is, err := o.Suggest(ctx, j)
	if err != nil || is == nil || !is.Is(j.Found.Mapping.Content) {
		return nil, err
	}
	return is, nil
}

// Defaults returns what holds for a job's workbook where its mapping says nothing.
func (o *Opener) Defaults(j Job) mapping.Fallback {
	house := o.Fallback
	house.Limits, house.Encoding, house.Delimiter, house.Empty = j.Limits, j.Encoding, j.Delimiter, j.Empty
	return house
}

// Source returns a job's workbook, to be read by a mapping.
func (o *Opener) Source(j Job, m *mapping.Mapping) *read.Source {
	return &read.Source{Mapping: m, Batch: o.Batch, Pulse: j.Pulse, Open: func(ctx context.Context) (*sheet.Workbook, error) { return o.open(ctx, j, m) }}
}

// open opens a job's workbook as its mapping says.
func (o *Opener) open(ctx context.Context, j Job, m *mapping.Mapping) (*sheet.Workbook, error) {
	options := sheet.Options{Limits: o.Limits, Encoding: m.Encoding, Delimiter: m.Delimiter, Locale: m.Locale, HeaderRow: m.HeaderRow, Approved: j.Approve}
	if m.Password != "" && o.Password != nil {
		password, err := o.Password(m.Password)
		if err != nil {
			return nil, message.Errorf("read the password file %s: %w", m.Password, err)
		}
		options.Password = password
	}
	return sheet.OpenContext(ctx, j.Workbook, options)
}
