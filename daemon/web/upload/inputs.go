package upload

import (
	"context"
	"io"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/pipeline/crm"
)

// Keeper has the uploads.
type Keeper interface {
	Inboxes() []Inbox // that take uploads
	Receive(ctx context.Context, u uploads.Upload, content io.Reader) (uploads.Upload, error)
	List(owner string, everybody bool) []uploads.Upload
	Find(id string) (uploads.Upload, error)
	Discard(u uploads.Upload) error
	Move(ctx context.Context, u uploads.Upload) (uploads.Upload, error) // into its inbox, where it is imported
	ImportOf(ctx context.Context, u uploads.Upload) (id string, err error)
}

// Desk has what a person looks at and chooses of an upload. An error that is a *ledger.Refusal is for that person.
type Desk interface {
	Schema(ctx context.Context, u uploads.Upload) (*crm.Schema, error)
	Columns(ctx context.Context, u uploads.Upload, lang, sheet string, headerRow int) (*columns.Grid, *columns.Draft, error)
	Measure(ctx context.Context, u uploads.Upload, g *columns.Grid, d *columns.Draft) (*columns.Survey, error)
	Map(ctx context.Context, u uploads.Upload, d *columns.Draft, lang string) (uploads.Upload, error)
	MapAsUsual(ctx context.Context, u uploads.Upload) (uploads.Upload, error) // with the mapping that the inbox has for files of its name
}

// Planner has the plans of uploads.
type Planner interface {
	Plan(ctx context.Context, u uploads.Upload, lang string) (Plan, error) // has it made if there is none
	Later(ctx context.Context, u uploads.Upload, s *planfile.Summary) (bool, error)
	Again(u uploads.Upload) error // removes the plan, so that it is made again
	Choose(ctx context.Context, u uploads.Upload, choices map[string]string, rows []planfile.Row) (uploads.Upload, error)
	Chosen(ctx context.Context, u uploads.Upload) (map[string]string, map[string]planfile.Row, error)
	Candidates(ctx context.Context, u uploads.Upload, kind crm.Kind, ids []string) (map[string]Candidate, error)
}

// Inbox is an inbox that takes uploads.
type Inbox struct {
	Name, Store string
	Modes       []string // that a mapping may have
	MailDomains []string // that a mapping may send mail to
	Webhooks    []string // that it may call
	Always      []string // who gets a mail whatever a mapping says
}

// Plan is the plan of an upload, or how far it is made.
type Plan struct {
	Ready       bool
	Done, Total int // rows, while it is made
	Summary     planfile.Summary
	Folder      string // of its rows
}

// Candidate is a record that a row may mean.
type Candidate struct {
	Record   crm.Record
	Contacts int
}
