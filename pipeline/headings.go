package pipeline

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Headings says what becomes of a file whose headings are not those of the file before it (W16).
type Headings string

// What becomes of it. The zero value is HeadingsHold.
const (
	HeadingsHold Headings = "hold"
	HeadingsWarn Headings = "warn"
	HeadingsOff  Headings = "off"
)

// suspicion is what speaks against a file as a whole before any of its rows is matched.
type suspicion struct {
	refusal  *ledger.Refusal // why it is held; nil where it is not
	accepted bool            // a file with this mapping was imported before
}

// suspect looks at a file as a whole before anything is written. What is only worth a warning is noted with its first row.
func (p *Pipeline) suspect(ctx context.Context, job Job, c Checked, imp *ledger.Import) (suspicion, error) {
	_, accepted, err := p.Store.Accepted(ctx, imp.Inbox, c.mapping.Sum)
	if err != nil {
		return suspicion{}, err
	}
	drift, err := p.drift(ctx, job, c, imp)
	if err != nil || imp.Approved {
		return suspicion{drift, accepted}, err
	}
	if misleading, err := p.misleading(ctx, &job, imp); err != nil || misleading != nil {
		return suspicion{misleading, accepted}, err
	}
	if drift != nil {
		return suspicion{drift, accepted}, nil
	}
	strange, err := p.strangeIDs(ctx, job, c)
	return suspicion{strange, accepted}, err
}

// drift compares the headings with those of the file before it: the last one with the same mapping, or, where headings decide, the last one
// with a name of the same family (W16). It returns the refusal of a file that a person is to look at first.
func (p *Pipeline) drift(ctx context.Context, job Job, c Checked, imp *ledger.Import) (*ledger.Refusal, error) {
	if job.corrects != nil || job.Headings == HeadingsOff {
		return nil, nil
	}
	before, _, err := p.Store.Accepted(ctx, imp.Inbox, c.comparedWith(imp))
	if err != nil || len(before) == 0 {
		return nil, err
	}
	now := c.headings()
	gone, fresh := without(before, now, folded), without(now, before, folded)
	if c.ownHeadings() {
		gone = without(before, now, fieldOf) // another known heading of the same field is as good
	}
	var notes []ledger.Problem
	if c.ownHeadings() || job.Headings == HeadingsWarn {
		notes = c.newHeadings(fresh)
	}
	if job.Headings == HeadingsWarn || imp.Approved {
		notes = append(notes, c.goneHeadings(gone)...)
	}
	c.mapping.Note(notes)
	switch {
	case job.Headings == HeadingsWarn || imp.Approved:
		return nil, nil
	case c.ownHeadings() && len(gone) > 0:
		return &ledger.Refusal{Code: "headings", Hold: true, Text: message.Say(
			"the last file with a name like this one also had the columns %s. If this file is right without them, approve it; otherwise discard it and drop the right one",
			listed(gone))}, nil
	case !c.ownHeadings() && len(gone)+len(fresh) > 0:
		return &ledger.Refusal{Code: "headings", Hold: true, Text: message.Say(
			"the headings are not those of the last file with this mapping: gone are %s, new are %s. Look whether the file is the right one",
			listed(gone), listed(fresh))}, nil
	}
	return nil, nil
}

// acceptHeadings keeps what later files are compared with.
func (p *Pipeline) acceptHeadings(ctx context.Context, c Checked, imp *ledger.Import) error {
	headings := c.headings()
	if c.ownHeadings() {
		if err := p.Store.Accept(ctx, imp.Inbox, familyKey(imp.Workbook), headings); err != nil {
			return err
		}
	}
	if !c.mapping.Shared || !c.ownHeadings() {
		return p.Store.Accept(ctx, imp.Inbox, c.mapping.Sum, headings)
	}
	// A shared mapping of other headings is known as accepted, and what its own files are compared with stays.
	before, _, err := p.Store.Accepted(ctx, imp.Inbox, c.mapping.Sum)
	if err != nil {
		return err
	}
	return p.Store.Accept(ctx, imp.Inbox, c.mapping.Sum, before)
}

// ownHeadings says whether the workbook goes by its headings: it has no sidecar, or a shared one that names others.
func (c *Checked) ownHeadings() bool {
	for _, b := range c.bound {
		if b.Own {
			return true
		}
	}
	return c.mapping.Bare
}

// comparedWith is what the headings of the file before are kept by.
func (c *Checked) comparedWith(imp *ledger.Import) string {
	if c.ownHeadings() {
		return familyKey(imp.Workbook)
	}
	return c.mapping.Sum
}

// familyKey is what a name has in common with those of the files before and after it: kunder_2026-11-29.xlsx with kunder (3).xlsx.
func familyKey(workbook string) string {
	name := filepath.Base(workbook)
	return "family/" + strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || strings.ContainsRune("-_.() ~", r) { // ~ is put into a name that is taken
			return -1
		}
		return r
	}, crm.Heading(strings.TrimSuffix(name, filepath.Ext(name))))
}

// headings returns the mapped columns in a form that can be compared with those of another file: field=heading.
func (c *Checked) headings() []string {
	var all []string
	for _, column := range c.Columns {
		all = append(all, compared(column))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func compared(c *ledger.Column) string { return c.Field.Path() + "=" + crm.Trim(c.Heading) }

// folded is a column as it is compared: spelling does not count.
func folded(column string) string {
	field, heading, _ := strings.Cut(column, "=")
	return field + "=" + crm.Heading(heading)
}

func fieldOf(column string) string {
	field, _, _ := strings.Cut(column, "=")
	return field
}

// without returns the columns that have no equal among others.
func without(all, others []string, form func(string) string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool {
		return slices.ContainsFunc(others, func(other string) bool { return form(other) == form(s) })
	})
}

// listed returns the headings of columns as people read them.
func listed(columns []string) string {
	var all []string
	for _, column := range columns {
		_, heading, _ := strings.Cut(column, "=")
		all = append(all, strconv.Quote(heading))
	}
	if len(all) == 0 {
		return "–"
	}
	return strings.Join(all, ", ")
}

// newHeadings warns of mapped columns that the file before did not have.
func (c *Checked) newHeadings(fresh []string) []ledger.Problem {
	var notes []ledger.Problem
	text := message.Say("the last file with this mapping did not have this column; it is imported")
	if c.ownHeadings() {
		text = message.Say("the last file with a name like this one did not have this column; it is imported")
	}
	for _, b := range c.bound {
		for _, column := range b.Columns {
			if slices.Contains(fresh, compared(column)) {
				notes = append(notes, ledger.Problem{Ref: ledger.Ref{Sheet: b.Sheet(), Row: b.HeadRow, Column: column.Letter}, Code: ledger.NewHeading,
					Value: column.Heading, Warning: true, Text: text})
			}
		}
	}
	return notes
}

// goneHeadings warns of mapped columns that only the file before had.
func (c *Checked) goneHeadings(gone []string) []ledger.Problem {
	var notes []ledger.Problem
	text := message.Say("the last file with this mapping had this column, and this one does not")
	if c.ownHeadings() {
		text = message.Say("the last file with a name like this one had this column, and this one does not")
	}
	for _, column := range gone {
		_, heading, _ := strings.Cut(column, "=")
		notes = append(notes, ledger.Problem{Ref: ledger.Ref{Sheet: c.bound[0].Sheet(), Row: c.bound[0].HeadRow}, Code: ledger.GoneHeading,
			Value: heading, Warning: true, Text: text})
	}
	return notes
}
