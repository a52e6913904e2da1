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

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
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

// Proposal is a suggested mapping.
type Proposal struct {
	sidecar ledger.Sidecar
	summary ledger.Suggestion
	notes   []string // what concerns the whole file, in the language of the mapping's comments
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
	p := &Proposal{sidecar: ledger.Sidecar{Name: files.Stem(filepath.Base(name)) + files.MappingEnd, Content: string(content)}, notes: s.NotesIn(lang)}
	p.summary = ledger.Suggestion{Sum: sum(content), Matches: s.Matches(), Number: s.WantsNumber()}
	// What the inbox does not allow is for a person to change.
	if _, err := mapping.Parse(p.sidecar.Name, content, schema, house); err != nil {
		p.summary.Matches = false
	}
	return p, nil
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
