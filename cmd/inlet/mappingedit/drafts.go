package mappingedit

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Drafts is a mapping that is being edited: the draft of each of its sheets.
type Drafts struct {
	All   []*Draft
	First int // the one that was asked for

	text, lined []byte // the text that is edited, and the same with a line for each entry
	written     bool   // a person may have written the text
	listed      bool   // the text lists its sheets
}

// New returns the drafts of a workbook's mapping. Its text is the existing mapping, or nil: then it is what is suggested for a sheet, "" for the first with headings.
func New(ctx context.Context, schema *crm.Schema, fallback mapping.Fallback, book *sheet.Workbook, sheetName string, existing []byte, lang string) (*Drafts, error) {
	all := &Drafts{text: existing, written: existing != nil}
	if existing == nil {
		s, err := suggest.Suggest(ctx, schema, book, sheetName)
		if err != nil {
			return nil, err
		}
		all.text = s.YAML(lang)
	}
	m, err := mapping.Parse(book.Name, all.text, schema, fallback)
	if err != nil {
		return nil, err
	}
	if all.lined, err = unfold(all.text); err != nil {
		return nil, err
	}
	all.listed = len(m.Sheets) > 0
	for _, part := range m.Parts() {
		name := sheetName
		if all.listed {
			name = part.Sheet
		}
		s, err := suggest.Suggest(ctx, schema, book, name)
		if err != nil {
			return nil, err
		}
		d, err := newDraft(ctx, schema, book, s, lang)
		if err != nil {
			return nil, err
		}
		d.read(part)
		all.All = append(all.All, d)
	}
	return all, all.choose(book, sheetName)
}

// choose finds the sheet that was asked for.
func (m *Drafts) choose(book *sheet.Workbook, name string) error {
	if !m.listed || name == "" {
		return nil
	}
	is, err := layout.Choose(book, name)
	if err != nil {
		return err
	}
	if m.First = slices.IndexFunc(m.All, func(d *Draft) bool { return d.Sheet == is.Name }); m.First < 0 {
		return &ledger.Refusal{Code: "no_sheet", Text: message.Say("the mapping is not for the sheet %s; add it under sheets: with an editor", is.Name)}
	}
	return nil
}

// Changed reports whether the mapping differs from the text.
func (m *Drafts) Changed() bool { return slices.ContainsFunc(m.All, (*Draft).Changed) }

// YAML returns the text with the changes.
func (m *Drafts) YAML() []byte {
	if !m.Changed() {
		return m.text
	}
	doc := newDocument(m.lined)
	for i, d := range m.All {
		if !m.listed {
			d.write(&doc, m.written)
			continue
		}
		part := doc.sheet(i)
		d.write(&part, m.written)
		doc.setSheet(i, part)
	}
	return doc.bytes()
}
