// Package bookcheck reads workbooks as an import would, without writing anything, and says how good their mappings are.
package bookcheck

import (
	"context"
	"fmt"
	"io"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/lint"
	"inlet.example/inlet/pipeline/message"
)

// Lint reads a workbook with its mapping, and returns what it finds about the match keys.
func Lint(ctx context.Context, p *pipeline.Pipeline, job *pipeline.Job) (check.Result, []lint.Finding, error) {
	m, err := mapping.Default(p.Schema, p.Fallback)
	if job.Sidecar != "" {
		m, err = mapping.Load(job.Sidecar, p.Schema, p.Fallback)
	}
	if err != nil {
		return check.Result{}, nil, err
	}
	advice := lint.New(m)
	job.Each = advice.Add
	seen, err := p.Check(ctx, job)
	return seen, advice.Findings(), err
}

// PrintRejected prints how many of the rows of a workbook would be rejected.
func PrintRejected(w io.Writer, rows string, rejected int, lang string) {
	if rejected == 0 {
		fmt.Fprintf(w, message.Word(lang, "%s, none of which would be rejected\n"), rows)
		return
	}
	fmt.Fprintf(w, message.Word(lang, "%s, %d of which would be rejected\n"), rows, rejected)
}
