package check

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// HeadingsPolicy says what becomes of a file whose headings are not those of the file before it (W16).
type HeadingsPolicy string

// What becomes of it. The zero value is HeadingsHold.
const (
	Hold HeadingsPolicy = "hold"
	Warn HeadingsPolicy = "warn"
	Off  HeadingsPolicy = "off"
)

// ChangedHeadings compares the headings with those of the file before it: the last one with the same mapping, or, where headings decide, the last
// one with a name of the same family (W16). It returns the refusal of a file that a person has to look at first, or nil; warnings are noted with
// the mapping.
func (c *Result) ChangedHeadings(before []string, policy HeadingsPolicy, approved bool) *ledger.Refusal {
	if len(before) == 0 || policy == Off {
		return nil
	}
	now := c.Headings()
	gone, fresh := without(before, now, folded), without(now, before, folded)
	if c.ByHeadings() {
		gone = without(before, now, fieldOf) // another known heading of the same field is as good
	}
	var notes []ledger.Problem
	if c.ByHeadings() || policy == Warn {
		notes = c.newHeadings(fresh)
	}
	if policy == Warn || approved {
		notes = append(notes, c.goneHeadings(gone)...)
	}
	c.Mapping.Note(notes)
	switch {
	case policy == Warn || approved:
		return nil
	case c.ByHeadings() && len(gone) > 0:
		return &ledger.Refusal{Code: "headings", Hold: true, Text: message.Say(
			"the last file with a similar name also had the columns %s. If this file is right without them, approve it; otherwise discard it and put the right file into the inbox",
			listed(gone))}
	case !c.ByHeadings() && len(gone)+len(fresh) > 0:
		return &ledger.Refusal{Code: "headings", Hold: true, Text: message.Say(
			"the headings differ from those of the last file with this mapping. Missing: %s. New: %s. Check that this is the right file",
			listed(gone), listed(fresh))}
	}
	return nil
}

// ByHeadings reports whether the workbook is mapped by its headings: it has no sidecar, or a shared one that names others.
func (c *Result) ByHeadings() bool {
	for _, b := range c.Bound {
		if b.Own {
			return true
		}
	}
	return c.Mapping.Bare
}

// ComparedBy is what the headings of the file before are kept by.
func (c *Result) ComparedBy(imp *ledger.Import) string {
	if c.ByHeadings() {
		return FamilyKey(imp.Workbook)
	}
	return c.Mapping.Sum
}

// FamilyKey is what a name has in common with those of the files before and after it: kunder_2026-11-29.xlsx with kunder (3).xlsx.
func FamilyKey(workbook string) string { return "family/" + filename.Family(workbook) }

// Headings returns the mapped columns in a form that can be compared with those of another file: field=heading.
func (c *Result) Headings() []string {
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
func (c *Result) newHeadings(fresh []string) []ledger.Problem {
	var notes []ledger.Problem
	text := message.Say("the last file with this mapping did not have this column; it is imported")
	if c.ByHeadings() {
		text = message.Say("the last file with a similar name did not have this column; it is imported")
	}
	for _, b := range c.Bound {
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
func (c *Result) goneHeadings(gone []string) []ledger.Problem {
	var notes []ledger.Problem
	text := message.Say("the last file with this mapping had this column, but this file does not")
	if c.ByHeadings() {
		text = message.Say("the last file with a similar name had this column, but this file does not")
	}
	for _, column := range gone {
		_, heading, _ := strings.Cut(column, "=")
		notes = append(notes, ledger.Problem{Ref: ledger.Ref{Sheet: c.Bound[0].Sheet(), Row: c.Bound[0].HeadRow}, Code: ledger.GoneHeading,
			Value: heading, Warning: true, Text: text})
	}
	return notes
}
