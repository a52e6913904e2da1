package preview

import (
	"context"
	"embed"
	"io"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/pipeline/crm"
)

//go:embed templates
var Templates embed.FS

// Planner has the plans of uploads. An error that is a *ledger.Refusal is for the person.
type Planner interface {
	Schema(ctx context.Context, u uploads.Upload) (*crm.Schema, error)
	Plan(ctx context.Context, u uploads.Upload, lang string) (Plan, error) // has it made if there is none
	Again(u uploads.Upload) error                                          // removes the plan, so that it is made again
	// Import moves an upload into its inbox if its plan is still the one that was seen. moved is false while that is looked at.
	Import(ctx context.Context, by string, u uploads.Upload, seen Plan, lang string) (moved bool, err error)
	Choose(ctx context.Context, u uploads.Upload, choices map[string]string, rows []planfile.Row) (uploads.Upload, error)
	Chosen(ctx context.Context, u uploads.Upload) (map[string]string, map[string]planfile.Row, error)
	Faulty(ctx context.Context, u uploads.Upload, lang string) (io.ReadCloser, error) // the rows that do not come in, as a workbook
	Candidates(ctx context.Context, u uploads.Upload, kind crm.Kind, ids []string) (map[string]Candidate, error)
}

// Plan is the plan of an upload, or how far it is made.
type Plan struct {
	Ready       bool
	Done, Total int // rows, while it is made
	Summary     planfile.Summary
	Folder      string     // of its rows
	Adds        *crm.Field // that the import adds; nil for none
	Later       bool       // other imports have begun since it was made
	Changed     bool       // it is another than the one that the person wanted to import
}

// Candidate is a record that a row may mean.
type Candidate struct {
	Record   crm.Record
	Children map[crm.Kind]int // how many records of each kind belong to it; without the kinds that cannot
}

// Pages draws the plans of uploads. It is safe for concurrent use.
type Pages struct {
	frame   *frame.Frame
	uploads *upload.Pages
	planner Planner
}

// New returns the plans of the uploads that some pages have.
func New(f *frame.Frame, of *upload.Pages, planner Planner) *Pages { return &Pages{f, of, planner} }
