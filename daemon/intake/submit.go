package intake

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// Programs takes what programs send. It is safe for concurrent use.
type Programs struct {
	*Intake
	sending sync.Mutex
	coming  map[string]bool // what is being sent, by owner, inbox and key
}

// NewPrograms returns the intake of programs.
func NewPrograms(in *Intake) *Programs { return &Programs{Intake: in, coming: map[string]bool{}} }

// Submit keeps a workbook that a program sends, with the mapping that it sends, nil for none. The same key of the same owner names the same upload, however
// often it is sent; it is then returned as it is, and content is not read. The error is a *ledger.Refusal where the mapping cannot be used.
func (p *Programs) Submit(ctx context.Context, u uploads.Upload, with []byte, content io.Reader) (uploads.Upload, error) {
	if u.Key != "" {
		name := u.Owner + "\x00" + u.Inbox + "\x00" + u.Key
		if !p.begin(name) {
			return u, uploads.ErrComing
		}
		defer p.end(name)
		if known, ok := p.keep.Sent(u.Owner, u.Inbox, u.Key); ok {
			return known, nil
		}
	}
	h, err := p.at(ctx, u.Inbox)
	if err != nil {
		return u, err
	}
	if with != nil {
		job := h.job(u, h.parts.Language)
		if _, err := mapping.Parse("mapping", with, h.parts.Schema, h.house(&job)); err != nil {
			return u, err
		}
	}
	got, err := p.Receive(ctx, u, content)
	if err != nil {
		return got, err
	}
	mapped, err := p.keep.Map(got, with) // without one the inbox decides, as of a file that is dropped there: no person is asked about its columns
	if err != nil {
		return got, errors.Join(err, p.keep.Discard(got))
	}
	return mapped, nil
}

// begin reports whether nothing else of this name is coming.
func (p *Programs) begin(name string) bool {
	p.sending.Lock()
	defer p.sending.Unlock()
	if p.coming[name] {
		return false
	}
	p.coming[name] = true
	return true
}

func (p *Programs) end(name string) {
	p.sending.Lock()
	defer p.sending.Unlock()
	delete(p.coming, name)
}

// Check looks at how the mapping of an upload fits the headings of its workbook.
func (p *Programs) Check(ctx context.Context, u uploads.Upload, lang string) (uploads.Checks, error) {
	h, err := p.homeOf(ctx, u)
	if err != nil || u.State == uploads.Handed {
		return uploads.Checks{}, err
	}
	c, err := check(ctx, &h, u, lang)
	if refusal, ok := errors.AsType[*ledger.Refusal](asRefusal(err)); ok {
		return uploads.Checks{Problem: report.Refused(refusal, lang)}, nil
	}
	return c, err
}

func check(ctx context.Context, h *home, u uploads.Upload, lang string) (c uploads.Checks, err error) {
	if u.Corrects != "" {
		return c, nil // it goes by the mapping of the import whose rows it corrects
	}
	content, err := h.mappingOf(u)
	if err != nil {
		return c, err
	}
	job := h.job(u, lang)
	m, err := mapping.Default(h.parts.Schema, h.house(&job))
	if content != nil {
		m, err = mapping.Parse("mapping", content, h.parts.Schema, h.house(&job))
	}
	if err != nil {
		return c, err
	}
	book, err := sheet.OpenContext(ctx, u.Workbook(), sheet.Options{Limits: h.parts.Pipeline.Limits, Encoding: m.Encoding, Delimiter: m.Delimiter, Locale: m.Locale, Approved: true})
	if err != nil {
		return c, err
	}
	defer book.Close()
	layouts, err := layout.Find(ctx, m, book)
	for i := range layouts {
		if err == nil {
			err = addColumns(ctx, &c, &layouts[i])
		}
	}
	return c, err
}

// addColumns adds the columns of a sheet.
func addColumns(ctx context.Context, c *uploads.Checks, l *layout.Layout) error {
	rows, err := layout.FirstRows(ctx, l.Sheet, layout.HeadRows)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(rows, func(r sheet.Row) bool { return l.HeaderRow == 0 || r.Number == l.HeaderRow })
	if at < 0 {
		return nil // further down than is looked here
	}
	b, err := bind.New(l, rows[at])
	if err != nil {
		return err
	}
	for _, column := range b.Columns {
		ticked := slices.ContainsFunc(b.Policy.Ticked(column.Field.Kind), func(rule []string) bool { return slices.Contains(rule, column.Field.Name) })
		c.Columns = append(c.Columns, ledger.Bound{Sheet: b.Sheet(), Letter: column.Letter, Heading: column.Heading, Field: column.Field.Path(), Matched: ticked})
	}
	c.Unknown = append(c.Unknown, b.Unknown...)
	return nil
}
