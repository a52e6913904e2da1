// Package proposal is the mapping that is suggested for a file which came without a usable one: the file is held with it, and a person approves it,
// or edits it and drops both back.
//
// # Why a file that has a mapping is refused all the same
//
// Its mapping says what a person wants, and a suggestion would say something else. What is missing in it is named instead.
package proposal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// lacking are the codes of refusals that a mapping would have avoided.
var lacking = []string{"no_heading", "heading_missing"}

// Helps reports whether a mapping would help a file that was refused.
func Helps(refusal *ledger.Refusal) bool {
	return !refusal.Hold && slices.Contains(lacking, refusal.Code)
}

// WithoutParents returns why a checked workbook is not imported of which no row can have an account: it came without a mapping, or with the suggested one.
func WithoutParents(schema *crm.Schema, c *check.Result, suggested bool) *ledger.Refusal {
	f := schema.Field(crm.Top.Path("name"))
	name := f.SV + " (" + f.EN + ")"
	if suggested {
		return &ledger.Refusal{Code: ledger.NoMapping, Hold: true, Text: message.Say(
			"the mapping is the suggested one, unchanged, and no column in it is %s: every row would be rejected. Complete it first", name)}
	}
	var columns []string
	for _, column := range c.Columns {
		columns = append(columns, strconv.Quote(column.Heading))
	}
	for _, heading := range c.Unknown {
		columns = append(columns, strconv.Quote(heading))
	}
	return &ledger.Refusal{Code: "heading_missing", Text: message.Say("no column was recognised as %s, so every row would be rejected. Columns found: %s",
		name, layout.ShortList(columns))}
}

// Proposal is a suggested mapping.
type Proposal struct {
	sidecar ledger.Sidecar
	summary ledger.Suggestion
	notes   []string // what concerns the whole file, in the language of the mapping's comments
	written []string // the mapping in all languages
}

// For suggests a mapping for an open workbook of some name; its comments are in a language. nil where nothing can be suggested.
func For(ctx context.Context, schema *crm.Schema, house mapping.Fallback, book *sheet.Workbook, name, lang string) (*Proposal, error) {
	s, err := suggest.Suggest(ctx, schema, book, "")
	if _, none := errors.AsType[*ledger.Refusal](err); none {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	content := s.YAML(lang)
	p := &Proposal{sidecar: ledger.Sidecar{Name: filename.Stem(filepath.Base(name)) + filename.MappingEnd, Content: string(content)}, notes: s.NotesIn(lang),
		written: []string{string(s.YAML("en")), string(s.YAML(message.Swedish))}}
	p.summary = ledger.Suggestion{Sum: sum(content), Matches: s.Matches(), Number: s.WantsNumber()}
	// What the inbox does not allow is for a person to change.
	if _, err := mapping.Parse(p.sidecar.Name, content, schema, house); err != nil {
		p.summary.Matches = false
	}
	return p, nil
}

// Is reports whether the text of a mapping is the suggestion as it was written, in either language.
func (p *Proposal) Is(content string) bool {
	return slices.ContainsFunc(p.written, func(is string) bool { return withoutBook(is) == withoutBook(content) })
}

// withoutBook returns a suggested mapping without its first line, which names the workbook.
func withoutBook(content string) string {
	_, rest, _ := strings.Cut(strings.ReplaceAll(content, "\r\n", "\n"), "\n")
	return rest
}

// Sidecar returns the mapping as a file beside the workbook.
func (p *Proposal) Sidecar() *ledger.Sidecar { return &p.sidecar }

// Summary returns what an import keeps of the suggestion.
func (p *Proposal) Summary() *ledger.Suggestion { return &p.summary }

// Hold holds a file for the suggestion instead of refusing it for a cause.
func (p *Proposal) Hold(cause *ledger.Refusal) *ledger.Refusal {
	lines := []message.Text{cause.Text}
	for _, note := range p.notes {
		lines = append(lines, message.Text{Format: "%s", Args: []string{note}})
	}
	if p.summary.Matches {
		lines = append(lines, message.Say("A suggested mapping is in %s. Check the lines with a comment.", p.sidecar.Name))
	} else {
		lines = append(lines, message.Say("A suggested mapping is in %s. It cannot be used as it is: complete it first.", p.sidecar.Name))
	}
	return &ledger.Refusal{Ref: cause.Ref, Code: ledger.NoMapping, Hold: true, Text: message.Lines(lines)}
}

// Replace writes the mapping in place of one that was suggested before.
func (p *Proposal) Replace(path string) error {
	return files.Replace(path, []byte(p.sidecar.Content))
}

// WriteBeside writes the mapping into the folder of a workbook, and returns its path. Nothing is overwritten; where it was written before, it stays.
func (p *Proposal) WriteBeside(workbook string) (string, error) {
	path := filepath.Join(filepath.Dir(workbook), p.sidecar.Name)
	if content, err := files.ReadRegular(path); err == nil && !Edited(content, &p.summary) {
		return path, nil
	}
	if err := files.WriteNew(path, []byte(p.sidecar.Content), 0o644); err != nil {
		return "", fmt.Errorf("write the suggested mapping: %w", err)
	}
	return path, nil
}

// Edited reports whether a file is no longer the suggestion that was written.
func Edited(content []byte, was *ledger.Suggestion) bool { return sum(content) != was.Sum }

func sum(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}
