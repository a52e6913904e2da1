package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/sheet"
)

// sidecar finds the mapping that holds for a job: its own sidecar, or for rejected rows that come back that of their import.
func (p *Pipeline) sidecar(ctx context.Context, job *Job) error {
	if job.Sidecar != "" {
		content, err := mapping.Read(job.Sidecar)
		if err != nil {
			return err
		}
		job.sidecar = &ledger.Sidecar{Name: filepath.Base(job.Sidecar), Content: string(content)}
		return nil
	}
	return p.inherit(ctx, job, func(imp *ledger.Import) bool { return imp.Inbox == job.Inbox })
}

// inherit gives a job the mapping of the import whose rejected rows its workbook holds, if it holds any of one that counts.
func (p *Pipeline) inherit(ctx context.Context, job *Job, counts func(*ledger.Import) bool) error {
	open := func(ctx context.Context) (*sheet.Workbook, error) {
		return sheet.OpenContext(ctx, job.Workbook, sheet.Options{Limits: p.Limits, Approved: job.Approve})
	}
	parent, err := rejects.Parent(ctx, p.Store, open, job.Name, counts)
	if err != nil || parent == nil {
		return err
	}
	job.corrects = parent
	kept, ok, err := p.Store.Mapping(ctx, parent.With)
	if ok {
		job.sidecar = &kept
	}
	return err
}

func stem(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

func stemOf(path string) string { return stem(filepath.Base(path)) }

// mapping returns what holds for a job's workbook.
func (p *Pipeline) mapping(job Job) (*mapping.Mapping, error) {
	house := p.house(job)
	var m *mapping.Mapping
	var err error
	switch {
	case job.sidecar != nil:
		m, err = mapping.Parse(job.sidecar.Name, []byte(job.sidecar.Content), p.Schema, house)
	case job.Sidecar != "":
		m, err = mapping.Load(job.Sidecar, p.Schema, house)
	default:
		m, err = mapping.Default(p.Schema, house)
	}
	if err == nil && job.shared() {
		m.Share()
	}
	if err == nil && job.corrects != nil {
		m.Corrects()
	}
	return m, err
}

// house returns what holds for a job's workbook where its mapping says nothing.
func (p *Pipeline) house(job Job) mapping.Fallback {
	house := p.Fallback
	house.Limits, house.Encoding, house.Delimiter, house.Empty = job.Limits, job.Encoding, job.Delimiter, job.Empty
	return house
}

// shared says whether the job's sidecar is the default of a folder or an inbox. In a claim it has that name; beside a held workbook it is
// called as the workbook's own.
func (job *Job) shared() bool {
	return job.Shared || files.IsDefault(filepath.Base(job.Sidecar)) || job.corrects != nil && files.IsDefault(job.corrects.Beside)
}

// cameShared notes that a workbook that a person moved from held back into its inbox came with the default of a folder first. base is the
// import's ID without its running number.
func (p *Pipeline) cameShared(ctx context.Context, job *Job, base string) error {
	if job.Sidecar == "" || job.shared() {
		return nil
	}
	first, ok, err := p.Store.Import(ctx, base+"-1")
	job.Shared = ok && files.IsDefault(first.Beside)
	return err
}

// source returns a job's workbook, to be read by a mapping.
func (p *Pipeline) source(job Job, m *mapping.Mapping) *read.Source {
	return &read.Source{Mapping: m, Batch: p.Batch, Pulse: job.Pulse, Open: func(ctx context.Context) (*sheet.Workbook, error) { return p.open(ctx, job, m) }}
}

// open opens a job's workbook as its mapping says.
func (p *Pipeline) open(ctx context.Context, job Job, m *mapping.Mapping) (*sheet.Workbook, error) {
	options := sheet.Options{Limits: p.Limits, Encoding: m.Encoding, Delimiter: m.Delimiter, Locale: m.Locale, HeaderRow: m.HeaderRow, Approved: job.Approve}
	if m.Password != "" && p.Password != nil {
		password, err := p.Password(m.Password)
		if err != nil {
			return nil, fmt.Errorf("read the password file %s: %w", m.Password, err)
		}
		options.Password = password
	}
	return sheet.OpenContext(ctx, job.Workbook, options)
}
