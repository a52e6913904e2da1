package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/crm/sentence"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// PlanText writes what an import would do as a person reads it, row by row and field by field:
//
//	Kunder row 2      + account Acme AB
//	                      Company   Acme AB
//	                  ~ contact Anna Ek  (6710c2)
//	                      Phone     08-1 → 08-2
//	                      Fax     - 08-3  (cleared)
//	Kunder row 5      ! account: rejected   AMBIGUOUS  2 accounts match this row …
//
// A record that an undo removes begins with -. Rows that change nothing are left out, unless they have problems.
type PlanText struct {
	w      io.Writer
	schema *crm.Schema
	lang   string
	colour bool
	order  map[string]int // index of a field in the template, by path

	b  bytes.Buffer // the output of one call
	at string       // the row's position until it is written, then spaces of the same width
}

// NewPlanText returns a PlanText that writes to w, with colours for a terminal if colour is set.
func NewPlanText(w io.Writer, schema *crm.Schema, lang string, colour bool) *PlanText {
	p := &PlanText{w: w, schema: schema, lang: lang, colour: colour, order: map[string]int{}}
	for i, f := range schema.Fields() {
		p.order[f.Path()] = i
	}
	return p
}

// Changes writes what the rows of a batch would do. All changes of a row are in the same batch.
func (p *PlanText) Changes(changes []ledger.Change) error {
	p.b.Reset()
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].Ordinal == changes[0].Ordinal && changes[n].Ref == changes[0].Ref {
			n++
		}
		p.row(changes[:n])
		changes = changes[n:]
	}
	if p.b.Len() == 0 {
		return nil
	}
	_, err := p.w.Write(p.b.Bytes())
	return err
}

// Summary writes to w the counts, which are known when all changes are, and why the import would be held. It belongs before the changes.
func (p *PlanText) Summary(w io.Writer, imp *ledger.Import) error {
	var b bytes.Buffer
	var kinds []string
	for _, kind := range crm.Kinds {
		if c := imp.Tally.Of(kind); c.Sum() > 0 {
			kinds = append(kinds, Kinds(kind, p.lang)+" "+p.counts(imp, c))
		}
	}
	said := strings.Join(kinds, "; ")
	fmt.Fprintf(&b, message.Word(p.lang, "Plan: %s; nothing was written.\n"), cmp.Or(said, message.Word(p.lang, "nothing to do")))
	if imp.Tally.Blank+imp.Reading.AllLeftOut() > 0 {
		fmt.Fprintf(&b, "%s\n", Rows(imp, p.lang))
	}
	var notes strings.Builder
	writeNotes(&notes, Notes(imp, p.lang, Full), "", p.lang)
	b.WriteString(notes.String())
	if imp.Code != "" {
		fmt.Fprintf(&b, message.Word(p.lang, "It would be held: %s\n"), why(imp, p.lang))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// counts returns what would be done with the records of a kind. Created and updated records of an import are listed even if there are none.
func (p *PlanText) counts(imp *ledger.Import, c *ledger.Count) string {
	always, rejected := 2, message.Word(p.lang, "to reject")
	if imp.Undoes != "" {
		always, rejected = 0, message.Word(p.lang, "to keep")
	}
	var said []string
	for i, part := range []counted{{c.Created, message.Word(p.lang, "to create")}, {c.Updated, message.Word(p.lang, "to update")}, {c.Removed, message.Word(p.lang, "to remove")},
		{c.Unchanged, message.Word(p.lang, "unchanged")}, {c.Skipped, message.Word(p.lang, "to skip")}, {c.Rejected, rejected}, {c.Parked, message.Word(p.lang, "to park")}} {
		if part.n > 0 || i < always {
			said = append(said, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return strings.Join(said, ", ")
}

// The colours as ANSI codes.
const (
	green  = "32"
	yellow = "33"
	red    = "31"
	faint  = "2"
	struck = "9;31"
)

func (p *PlanText) paint(colour, s string) string {
	if !p.colour || s == "" {
		return s
	}
	return paint(colour, s)
}

func paint(colour, s string) string { return "\x1b[" + colour + "m" + s + "\x1b[0m" }

// row writes one row: parts that change something separately, parts with the same other action together.
func (p *PlanText) row(parts []ledger.Change) {
	const digits = 4 // of a row's number; longer ones move the rest of the line to the right
	at := Where(parts[0].Ref, p.lang)
	usual := Where(ledger.Ref{Sheet: parts[0].Sheet, Row: 1}, p.lang)
	p.at = message.Pad(at, max(message.Width(at), message.Width(usual)+digits-1)+2)
	for above := crm.Kind(""); len(parts) > 0; {
		c, n := &parts[0], 1
		switch c.Action {
		case ledger.Create, ledger.Update, ledger.Remove:
			p.record(c, above)
			p.warnings(c.Problems)
			above = c.Kind
		case ledger.Unchanged:
			if len(c.Problems) > 0 {
				p.line(p.paint(faint, "= "+fmt.Sprintf(message.Word(p.lang, "%s: unchanged"), p.called(c))+p.known(c)))
				p.warnings(c.Problems)
			}
		default:
			for n < len(parts) && parts[n].Action == c.Action {
				n++
			}
			p.notApplied(parts[:n])
		}
		parts = parts[n:]
	}
}

// line writes a line, with the row's position if it is the row's first.
func (p *PlanText) line(rest string) {
	p.b.WriteString(p.at)
	p.b.WriteString(rest)
	p.b.WriteByte('\n')
	p.at = strings.Repeat(" ", message.Width(p.at))
}

// below writes a line that belongs to the record or problem above it.
func (p *PlanText) below(rest string) { p.line("    " + rest) }

// record writes a record that is created, changed or removed. Its account is not named if it is the record above.
func (p *PlanText) record(c *ledger.Change, above crm.Kind) {
	what := p.called(c)
	sign, colour, rest := "+", green, ""
	if c.Action == ledger.Update {
		sign, colour, rest = "~", yellow, p.known(c)
	} else if c.Action == ledger.Remove {
		sign, colour, rest = "-", red, p.known(c)
	} else if parent := c.Kind.Parent(); parent != "" && c.ParentID != "" && above != parent {
		rest = "  (" + fmt.Sprintf(message.Word(p.lang, sentence.About(c.Kind, "in {parent} %s")), c.ParentID) + ")"
	}
	p.line(p.paint(colour, sign+" "+what) + p.paint(faint, rest))
	fields := p.fields(c)
	wide := 0
	for _, f := range fields {
		wide = max(wide, message.Width(f.label))
	}
	for _, f := range fields {
		p.below(message.Pad(f.label, wide) + "  " + f.text)
	}
}

// known returns the ID of a record in parentheses.
func (p *PlanText) known(c *ledger.Change) string {
	if c.ID == "" {
		return ""
	}
	return "  (" + message.Plain(c.ID) + ")"
}

// called returns the kind and title of a record.
func (p *PlanText) called(c *ledger.Change) string {
	return strings.TrimSpace(Kind(c.Kind, p.lang) + " " + p.title(c))
}

// title returns the record's name before the change, as far as the change has it.
func (p *PlanText) title(c *ledger.Change) string {
	if c.Title != "" {
		return cut(message.Plain(c.Title))
	}
	for _, field := range []string{"name", "email"} {
		for _, values := range []crm.Values{c.Before, c.After} {
			if v := values.Of(field); !v.Absent() {
				return p.value(v)
			}
		}
	}
	return ""
}

// written is a field and its text.
type written struct{ label, text string }

// fields returns what changes in a record, in the order of the template.
func (p *PlanText) fields(c *ledger.Change) []written {
	var all []written
	if c.Moved != "" {
		all = append(all, written{message.Word(p.lang, "belongs to"), p.change(crm.TextValue(c.Moved), crm.TextValue(c.ParentID))})
	}
	for _, name := range p.names(c) {
		label := name
		if f := p.schema.Field(c.Kind.Path(name)); f != nil {
			label = message.Plain(f.Label(p.lang))
		}
		switch c.Action {
		case ledger.Create:
			all = append(all, written{label, p.value(c.After.Of(name))})
		case ledger.Remove:
			all = append(all, written{label, p.value(c.Before.Of(name))})
		default:
			all = append(all, written{label, p.change(c.Before.Of(name), c.After.Of(name))})
		}
	}
	return all
}

// names returns the fields of a change in the order of the template, last those that are not in it any more.
func (p *PlanText) names(c *ledger.Change) []string {
	var names []string
	for _, values := range []crm.Values{c.After, c.Before} {
		for _, pair := range values {
			if !slices.Contains(names, pair.Field) {
				names = append(names, pair.Field)
			}
		}
	}
	place := func(name string) int {
		if i, ok := p.order[c.Kind.Path(name)]; ok {
			return i
		}
		return len(p.order)
	}
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	return names
}

// change writes a value before and after.
func (p *PlanText) change(was, will crm.Value) string {
	switch {
	case will.Absent():
		return p.paint(red, "-") + " " + p.paint(struck, p.value(was)) + "  " + p.paint(faint, message.Word(p.lang, "(cleared)"))
	case was.Absent():
		return p.paint(green, "+") + " " + p.paint(green, p.value(will))
	}
	before, after := apart(p.whole(was), p.whole(will))
	return p.paint(red, before) + " → " + p.paint(green, after)
}
