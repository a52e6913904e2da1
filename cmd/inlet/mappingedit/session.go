package mappingedit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"inlet.example/inlet/cmd/inlet/bookcheck"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// Session edits the mapping of one workbook: on a terminal with the editor, elsewhere by writing what is suggested.
type Session struct {
	Pipeline *pipeline.Pipeline
	Language string
	Book     string // path of the workbook
	Mapping  string // path of the mapping; "" for that beside the workbook
	Sheet    string // name or number; "" for the first with headings
	In       io.Reader
	Out      io.Writer
}

// Run edits the mapping and writes it. The error is a *ledger.Refusal where the workbook or the mapping that exists cannot be read.
func (m *Session) Run(ctx context.Context) error {
	existing, err := m.existing()
	if err != nil {
		return err
	}
	onScreen := terminal.Is(m.In) && terminal.Is(m.Out)
	if existing != nil && !onScreen {
		return fmt.Errorf(message.Word(m.Language, "%s already exists: edit it with an editor, or run this command on a terminal"), m.Mapping)
	}
	drafts, err := m.drafts(ctx, existing)
	if err != nil {
		return err
	}
	if !onScreen {
		return m.save(drafts.YAML(), nil)
	}
	saved, err := edit(ctx, drafts, options{in: m.In, out: m.Out, language: m.Language,
		colours: terminal.Colours(m.Out), check: m.check})
	if err != nil {
		return err
	}
	if !saved {
		fmt.Fprintln(m.Out, message.Word(m.Language, "Nothing was written."))
		return nil
	}
	return m.save(drafts.YAML(), existing)
}

// existing returns the text of the mapping that there is; nil if there is none. It sets its path.
func (m *Session) existing() ([]byte, error) {
	paths := []string{m.Mapping}
	if m.Mapping == "" {
		dir, book := filepath.Split(m.Book)
		paths = nil
		for _, name := range filename.Mappings(book) {
			paths = append(paths, dir+name)
		}
	}
	m.Mapping = paths[0]
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil {
			m.Mapping = path
			return text, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return nil, nil
}

func (m *Session) drafts(ctx context.Context, existing []byte) (*Drafts, error) {
	book, err := sheet.Open(m.Book, sheet.Options{Limits: m.Pipeline.Limits, Locale: "sv-SE", Approved: true}) // nothing is imported here
	if err != nil {
		return nil, err
	}
	defer book.Close()
	return New(ctx, m.Pipeline.Schema, m.Pipeline.Fallback, book, m.Sheet, existing, m.Language)
}

// save writes the mapping: in place of the existing one, or where there was none.
func (m *Session) save(text, existing []byte) error {
	if existing == nil {
		if err := files.WriteNew(m.Mapping, text, 0o644); err != nil {
			return err
		}
	} else if err := files.Replace(m.Mapping, text); err != nil {
		return err
	}
	fmt.Fprintf(terminal.Fold(m.Out), message.Word(m.Language, "Written: %s\nTo see what an import would do: inlet plan %s\n"), m.Mapping, m.Book)
	return nil
}

// check returns what inlet mapping check says about the workbook with a mapping.
func (m *Session) check(ctx context.Context, text []byte) []string {
	said, err := m.lint(ctx, text)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
			return []string{message.PlainLines(report.Refused(refusal, m.Language))}
		}
		return []string{message.PlainLines(err.Error())}
	}
	return said
}

func (m *Session) lint(ctx context.Context, text []byte) ([]string, error) {
	f, err := os.CreateTemp("", "inlet-*.mapping.yaml")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // the next check has a file of its own
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	job := pipeline.Job{Name: filepath.Base(m.Book), Workbook: m.Book, Sidecar: f.Name(), Limits: mapping.Limits{Trusted: true}}
	seen, findings, err := bookcheck.Lint(ctx, m.Pipeline, &job)
	if err != nil {
		return nil, err
	}
	imp := job.AsImport(&seen)
	var line bytes.Buffer
	bookcheck.PrintRejected(&line, report.Rows(&imp, m.Language), seen.Rejected, m.Language)
	said := []string{message.Plain(string(bytes.TrimSpace(line.Bytes())))}
	for i := range findings {
		kind := ""
		if findings[i].Kind != "" {
			kind = report.Kind(findings[i].Kind, m.Language) + ": "
		}
		said = append(said, kind+message.Plain(findings[i].TextIn(m.Language)))
	}
	if len(findings) == 0 {
		said = append(said, message.Word(m.Language, "The match fields are filled in and unique."))
	}
	for i := range seen.Problems {
		if p := &seen.Problems[i]; !p.Warning {
			return append(said, problemText(p, m.Language)), nil // the first says what is wrong with the mapping, if it is that
		}
	}
	return said, nil
}

func problemText(p *ledger.Problem, lang string) string {
	return report.Where(p.Ref, lang) + ": " + message.Plain(message.In(lang, p.Text))
}
