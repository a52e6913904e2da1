package pipeline

import (
	"context"

	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/ledger"
)

// Check reads a job's workbook to its end and writes nothing. The job's Corrects is set where its rows are rejected ones that come back. The error is
// a *ledger.Refusal where it cannot be imported; what was found till then is returned with it.
func (p *Pipeline) Check(ctx context.Context, job *Job) (check.Result, error) {
	if p.Store != nil && job.Sidecar == "" { // of whichever inbox: a command does not say which they go to
		if err := p.inherit(ctx, job, func(*ledger.Import) bool { return true }); err != nil {
			return check.Result{}, err
		}
	}
	m, err := p.mapping(*job)
	if err != nil {
		return check.Result{}, err
	}
	return check.Run(ctx, p.source(*job, m), check.Options{WrittenBytes: p.WrittenBytes, Approved: job.Approve, Each: job.Each})
}

// Corrects returns the import whose rejected rows a checked job holds, or nil.
func (job *Job) Corrects() *ledger.Import { return job.corrects }

// AsImport returns what a check found in the form of an import, for the reports. Nothing of it is stored.
func (job *Job) AsImport(c *check.Result) ledger.Import {
	imp := job.begins()
	imp.State, imp.Reading, imp.Tally.Rows, imp.Tally.Blank = ledger.Planned, c.Reading, c.Rows, c.Blank
	if c.Mapping != nil {
		imp.Mapping = c.Mapping.Name
	}
	if job.corrects != nil {
		imp.Parent = job.corrects.ID
	}
	return imp
}
