package assembly

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// AddField adds a custom field to those of the store. The error is for the person: the field is none that can be added.
func (p *Parts) AddField(ctx context.Context, f crm.Field) error {
	if !slices.Contains(crm.Kinds[:], f.Kind) {
		return &FieldError{message.Errorf("%q is not a kind of record", f.Kind)}
	}
	own, err := p.Store.Settings.Additions(ctx)
	if err != nil {
		return err
	}
	own.Fields = append(own.Fields, f)
	if err := p.CheckSchema(own); err != nil {
		return &FieldError{err}
	}
	return p.Store.Settings.Edit(ctx, func(o *settings.Additions) {
		if !slices.ContainsFunc(o.Fields, func(other crm.Field) bool { return other.Path() == f.Path() }) {
			o.Fields = append(o.Fields, f)
		}
	})
}

// DeclareSuggested adds the field for customer numbers that the suggested mapping of a held import has, if the store has none. by is who approves it.
func (p *Parts) DeclareSuggested(ctx context.Context, by string, imp *ledger.Import) error {
	if !imp.Approvable() || imp.Suggestion == nil || !imp.Suggestion.Number {
		return nil
	}
	return p.Declare(ctx, by, suggest.CustomerNumber())
}

// Declare adds a field that an import needs, if the store has none of its path, and keeps in the audit for whom.
func (p *Parts) Declare(ctx context.Context, by string, f crm.Field) error {
	if p.Schema.Field(f.Path()) != nil {
		return nil
	}
	e := audit.Entry{Who: by, What: audit.AddField, Of: f.Path()}
	if err := p.Store.Audit.Do(ctx, e, func() error { return p.AddField(ctx, f) }); err != nil {
		return err
	}
	return p.Refresh(ctx)
}

// Supposing returns the parts as they would be with one more field, which is not stored: what an import would do that adds it can then be planned. They are
// the same where there is such a field, or where it cannot be added.
func (p *Parts) Supposing(ctx context.Context, f crm.Field) (*Parts, error) {
	if p.Schema.Field(f.Path()) != nil {
		return p, nil
	}
	own, err := p.Store.Settings.Additions(ctx)
	if err != nil {
		return nil, err
	}
	own.Fields = append(own.Fields, f)
	schema, err := Schema(p.cfg, own)
	if err != nil {
		return p, nil //nolint:nilerr // its heading is that of another field
	}
	with := &Parts{Schema: schema, Store: p.Store, Language: p.Language, Survey: p.Survey, cfg: p.cfg, log: p.log, at: p.at}
	with.Pipeline = with.newPipeline()
	with.Pipeline.Schema = schema
	return with, nil
}

// DeclareFor does so for a workbook that a command imports with --approve. The suggested mapping beside it, as it was written, is written anew with
// the field.
func (p *Parts) DeclareFor(ctx context.Context, by string, job pipeline.Job) error {
	if !job.Approve {
		return nil
	}
	job.Approve = false
	wanted, err := p.Pipeline.Suggested(ctx, job)
	if err != nil || wanted == nil {
		return err
	}
	imp, before := ledger.Import{State: ledger.Held, Code: ledger.NoMapping, Suggestion: wanted.Summary()}, p.Schema
	if err := p.DeclareSuggested(ctx, by, &imp); err != nil || p.Schema == before || job.Sidecar == "" {
		return err
	}
	path := job.Sidecar
	job.Sidecar = ""
	if wanted, err = p.Pipeline.Suggested(ctx, job); err != nil || wanted == nil {
		return err
	}
	return wanted.Replace(path)
}

// FieldError says why a field cannot be added.
type FieldError struct{ cause error }

func (e *FieldError) Error() string { return e.cause.Error() }
func (e *FieldError) Unwrap() error { return e.cause }

// RemoveField removes a field that was added to the store, or only some of its choices; values in stored records are kept.
func (p *Parts) RemoveField(ctx context.Context, path string, choices []string) error {
	removed := 0
	err := p.Store.Settings.Edit(ctx, func(o *settings.Additions) { removed = removeField(o, path, choices) })
	if err == nil && removed == 0 {
		err = fmt.Errorf(message.Word(p.Language, "%s was not added with inlet field add; remove it from the configuration instead"), path)
	}
	return err
}

// removeField removes a field, or some of its choices, from what was added, and returns how many it removed.
func removeField(o *settings.Additions, path string, choices []string) int {
	n := 0
	if len(choices) == 0 {
		before := len(o.Fields)
		o.Fields = slices.DeleteFunc(o.Fields, func(f crm.Field) bool { return f.Path() == path })
		n = before - len(o.Fields) + len(o.Choices[path])
		delete(o.Choices, path)
		return n
	}
	gone := func(c crm.Option) bool {
		is := slices.Contains(choices, c.Value)
		if is {
			n++
		}
		return is
	}
	if o.Choices[path] = slices.DeleteFunc(o.Choices[path], gone); len(o.Choices[path]) == 0 {
		delete(o.Choices, path)
	}
	for i := range o.Fields {
		if o.Fields[i].Path() == path {
			o.Fields[i].Choices = slices.DeleteFunc(o.Fields[i].Choices, gone)
		}
	}
	return n
}
