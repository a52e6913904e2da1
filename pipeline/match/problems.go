package match

import (
	"slices"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
	"inlet.example/inlet/pipeline/match/view"
	"inlet.example/inlet/pipeline/message"
)

// The decisions that come with a problem, and what they say to the person.

func (p *part) reject(by string, code ledger.Code, value string, text message.Text) decision {
	return decision{by: by, action: ledger.Reject, problems: []ledger.Problem{{Ref: p.draft.Ref, Code: code, Value: value, Text: text}}}
}

// exists skips a part whose record is there already, where the import only creates.
func (p *part) exists(by string, e *view.Record) decision {
	return decision{by: by, action: ledger.Skip, rec: e, problems: []ledger.Problem{{Ref: p.draft.Ref, Code: ledger.Exists, Warning: true,
		Text: ledger.SayOf(p.kind, "this {kind} already exists, and the import only creates: nothing was changed")}}}
}

// notFound skips a part whose record is not there, where the import only updates.
func (p *part) notFound(by string) decision {
	return decision{by: by, action: ledger.Skip, problems: []ledger.Problem{{Ref: p.draft.Ref, Code: ledger.NotFound, Warning: true,
		Text: ledger.SayOf(p.kind, "no such {kind} exists, and the import only updates: the row was skipped")}}}
}

// ambiguous rejects or parks a part that matches several records.
func (p *part) ambiguous(by string, action ledger.Action, many []*view.Record) decision {
	to := p.reject(by, ledger.Ambiguous, "", ledger.SayOf(p.kind, "%s {kinds} match this row (%s): fill in the ID of the one you mean", len(many), listIDs(many)))
	to.action, to.problems[0].Candidates = action, idsOf(many)
	return to
}

func (p *part) ambiguousWarning(many []*view.Record) []ledger.Problem {
	return []ledger.Problem{{Ref: p.draft.Ref, Code: ledger.Ambiguous, Warning: true, Candidates: idsOf(many),
		Text: ledger.SayOf(p.kind, "%s {kinds} match this row (%s), so a new one was created: merge them, or match on more fields", len(many), listIDs(many))}}
}

func (p *part) similarWarning(similar []*view.Record) []ledger.Problem {
	return []ledger.Problem{{Ref: p.draft.Ref, Code: ledger.NearDuplicate, Warning: true, Candidates: idsOf(similar),
		Text: ledger.SayOf(p.kind, "created, but a very similar {kind} exists (%s): check whether they are duplicates", listIDs(similar))}}
}

// unusableKeys says which keys the part cannot be looked up by: those whose values count as blank (W7), or else those that are blank. They are
// warnings where the part creates a record all the same.
func (p *part) unusableKeys(k *keys.Keys, warning bool) []ledger.Problem {
	blank, implausible := k.Unusable(p.values)
	var problems []ledger.Problem
	for _, t := range implausible {
		problems = append(problems, p.implausibleKey(t, warning))
	}
	if len(problems) > 0 {
		return problems
	}
	var names []string
	for _, t := range blank {
		if name, _ := p.headings(t.Field); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	text := ledger.SayOf(p.kind, "no value in %s, which {kinds} are matched on: fill it in", strings.Join(names, ", "))
	if warning {
		text = ledger.SayOf(p.kind, "%s is blank, so no existing {kind} could be found and a new one was created. If the row is not a record, leave it out in the "+
			"mapping: rows: {where: {%s: filled}}",
			strings.Join(names, ", "), condition(names[0]))
	}
	return []ledger.Problem{{Ref: p.draft.Ref, Code: ledger.BlankKey, Warning: warning, Text: text}}
}

func (p *part) implausibleKey(t crm.Ticked, warning bool) ledger.Problem {
	names, letter := p.headings(t.Field)
	value := p.values.Of(t.Field).String()
	text := ledger.SayOf(p.kind, "in %s does not identify {a kind}: fill in the right value", names)
	if warning {
		text = ledger.SayOf(p.kind, "in %s does not identify {a kind}, so it was treated as blank and a new {kind} was created. If the row is not a record, leave "+
			"it out in the mapping: rows: {where: {%s: '!= %s'}}",
			names, condition(names), strings.ReplaceAll(value, "'", "''"))
	}
	return ledger.Problem{Ref: ledger.Ref{Sheet: p.draft.Sheet, Row: p.draft.Row, Column: letter}, Code: ledger.ImplausibleKey,
		Value: value, Warning: warning, Text: text}
}

// condition writes a heading as a key of rows: where. Of several, as a name is made of, the first reports whether the row is a record.
func condition(names string) string {
	name, _, _ := strings.Cut(names, ", ")
	if strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' && r != '.'
	}) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'"
}

// headings returns the heading of a field, or those of the columns that a name is made of, and the letter of the first of them. Where no column
// has the field, its own name stands for the heading.
func (p *part) headings(field string) (names, letter string) {
	var all []string
	for i := range p.Cells {
		column := p.Cells[i].Column
		if name := column.Field.Name; name != field && (field != "name" || !p.MakesName(name)) {
			continue
		}
		if all = append(all, column.Heading); letter == "" {
			letter = column.Letter
		}
	}
	if len(all) == 0 {
		return field, ""
	}
	return strings.Join(all, ", "), letter
}

// columnOf returns the column of a field. Where there is none, the field's own name stands for its heading.
func (p *part) columnOf(field string) *ledger.Column {
	for i := range p.Cells {
		if p.Cells[i].Column.Field.Name == field {
			return p.Cells[i].Column
		}
	}
	return &ledger.Column{Heading: field}
}
