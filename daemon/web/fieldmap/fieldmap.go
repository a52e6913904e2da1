package fieldmap

import (
	"context"
	"embed"
	"net/http"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/pipeline/crm"
)

//go:embed templates
var Templates embed.FS

// Desk has what a person looks at and chooses of an upload. An error that is a *ledger.Refusal is for that person.
type Desk interface {
	// Fields are those that a column can be. added is that of them which the import would add; nil if it adds none.
	Fields(ctx context.Context, u uploads.Upload) (all *crm.Schema, added *crm.Field, err error)
	Columns(ctx context.Context, u uploads.Upload, lang, sheet string, headerRow int) (*columns.Grid, *columns.Draft, error)
	Measure(ctx context.Context, u uploads.Upload, g *columns.Grid, d *columns.Draft) (*columns.Survey, error)
	Map(ctx context.Context, u uploads.Upload, d *columns.Draft, lang string) (uploads.Upload, error)
}

// Pages draws the page of columns. It is safe for concurrent use.
type Pages struct {
	frame   *frame.Frame
	uploads *upload.Pages
	desk    Desk
}

// New returns the page of columns of the uploads that some pages have.
func New(f *frame.Frame, of *upload.Pages, desk Desk) *Pages { return &Pages{f, of, desk} }

// Handle adds the page to a mux.
func (p *Pages) Handle(mux *http.ServeMux) {
	mux.Handle("GET /import/{id}", p.frame.Serve(access.Operator, p.columns))
	mux.Handle("POST /import/{id}", p.frame.Serve(access.Operator, p.mapColumns))
}
