package intake

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/sheet"
)

// temporary is a file that is removed when it is closed.
type temporary struct {
	*os.File
	dir string
}

// Close closes the file and removes it.
func (t temporary) Close() error { return errors.Join(t.File.Close(), os.RemoveAll(t.dir)) }

// faultyRows returns the rows that the plan of an upload rejects or does not decide, as the workbook that an import of it would leave.
func faultyRows(ctx context.Context, h *home, u uploads.Upload, lang string) (io.ReadCloser, error) {
	s, ok, err := planfile.Read(u.PlanFolder())
	if err != nil || !ok {
		return nil, errors.Join(err, uploads.ErrNone)
	}
	job := h.job(u, lang)
	content, err := h.mappingOf(u)
	if err != nil {
		return nil, err
	}
	m, err := mapping.Default(h.parts.Schema, h.house(&job))
	if content != nil {
		m, err = mapping.Parse(filepath.Base(u.Mapping()), content, h.parts.Schema, h.house(&job))
	}
	if err != nil {
		return nil, err
	}
	source := &read.Source{Mapping: m, Batch: h.parts.Pipeline.Batch, Open: func(ctx context.Context) (*sheet.Workbook, error) {
		return sheet.OpenContext(ctx, u.Workbook(), sheet.Options{Limits: h.parts.Pipeline.Limits, Encoding: m.Encoding, Delimiter: m.Delimiter, Locale: m.Locale, HeaderRow: m.HeaderRow})
	}}
	dir, err := os.MkdirTemp("", "inlet-rows-*")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "rows.xlsx")
	if err := rejects.Write(ctx, rejects.Input{Import: &s.Import, Source: source, Journal: planfile.Faulty(u.PlanFolder()), Language: lang}, path); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return temporary{f, dir}, nil
}
