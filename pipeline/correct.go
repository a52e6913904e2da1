package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/sheet"
)

// parentProperty is the property of a rejected workbook that names the import whose rows it holds.
const parentProperty = "inlet-import"

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
	parent, err := p.corrected(ctx, job, counts)
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

// corrected returns the import whose rejected rows a workbook holds; nil if it is none such. The workbook says so itself; one that was
// saved as something else, where the property is lost, is known by its name.
func (p *Pipeline) corrected(ctx context.Context, job *Job, counts func(*ledger.Import) bool) (*ledger.Import, error) {
	// The check tells what is wrong with one that cannot be opened. It may be a correction all the same: its mapping has its password.
	if book, err := sheet.OpenContext(ctx, job.Workbook, sheet.Options{Limits: p.Limits, Approved: job.Approve}); err == nil {
		defer book.Close()
		if id := book.Property(parentProperty); id != "" {
			imp, ok, err := p.Store.Import(ctx, id)
			if err != nil || ok && counts(&imp) && imp.State == ledger.Done {
				return &imp, err
			}
		}
	}
	stem := stem(job.Name)
	if !strings.Contains(stem, rejectedMark) {
		return nil, nil
	}
	const recent = 500
	imports, err := p.Store.Imports(ctx, 0, recent)
	if err != nil {
		return nil, err
	}
	for _, imp := range imports {
		if counts(&imp) && imp.Rejected != "" && stemOf(imp.Rejected) == stem {
			return &imp, nil
		}
	}
	return nil, nil
}

const rejectedMark = ".rejected"

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
		m.UseForRejects()
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
