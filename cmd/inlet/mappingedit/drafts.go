package mappingedit

import (
	"context"
	"errors"
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
	shared      bool   // what the text says holds for all its sheets
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
	all.listed, all.shared = len(m.Sheets) > 0, m.AllSheets
	parts, err := all.parts(ctx, m, book, sheetName)
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		s, err := suggest.At(ctx, schema, book, part.sheet, part.headerRow)
		if err != nil {
			return nil, err
		}
		d, err := newDraft(ctx, schema, book, s, lang)
		if err != nil {
			return nil, err
		}
		d.read(part.mapping)
		all.All = append(all.All, d)
	}
	if all.shared {
		match := ticks(all.All)
		for _, d := range all.All {
			d.peers, d.match = all.All, match
		}
	}
	return all, all.choose(book, sheetName)
}

// part is what a mapping says about a sheet, and where its headings are: "" and 0 where they are still to be found.
type part struct {
	mapping   *mapping.Mapping
	sheet     string
	headerRow int
}

// parts finds the sheets of the mapping as an import does. A mapping of one sheet can be edited for another one that is asked for, and one that does not fit
// the workbook, so that it can be corrected.
func (m *Drafts) parts(ctx context.Context, of *mapping.Mapping, book *sheet.Workbook, sheetName string) ([]part, error) {
	several := m.listed || m.shared
	if !several && (sheetName != "" || !m.written) {
		return []part{{of, sheetName, 0}}, nil
	}
	var all []part
	found, err := layout.Find(ctx, of, book)
	if err != nil {
		if _, refused := errors.AsType[*ledger.Refusal](err); !refused {
			return nil, err
		}
		for _, is := range of.Parts() {
			all = append(all, part{is, is.Sheet, is.HeaderRow})
		}
		return all, nil
	}
	for i := range found {
		all = append(all, part{found[i].Mapping, found[i].Sheet.Name, found[i].HeaderRow})
	}
	return all, nil
}

// choose finds the sheet that was asked for.
func (m *Drafts) choose(book *sheet.Workbook, name string) error {
	if !m.listed && !m.shared || name == "" {
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
			d.writeColumns(&doc)
			continue
		}
		part := doc.sheet(i)
		d.writeColumns(&part)
		d.writeMatch(&part, m.written)
		doc.setSheet(i, part)
	}
	if !m.listed {
		m.All[0].writeMatch(&doc, m.written)
	}
	return doc.bytes()
}
