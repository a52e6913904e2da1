package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
)

// Linter looks at the rows of a workbook as a mapping understands them and says where its keys are not as few and as unique as they could
// be (R18).
//
// # What it costs
//
// Of each different key it keeps hashes, no texts: 8 bytes of the key and 8 of the names beside it, and as much for each ticked field that has
// not yet distinguished two rows. At its dearest, every row another account and contact, each with two ticked fields that distinguish nothing,
// TestAdviceMemory measures 141 bytes a row, the maps' own room included: 141 MB for a million rows. Of unknown choices and users it
// keeps the first thousand different ones.
//
// A hash of a name has 32 bits: of 4 billion pairs of different names under one key one is missed.
type Linter struct {
	m       *mapping.Mapping
	sheets  map[string]*sheetKeys
	order   []*sheetKeys
	unknown map[unknown]*occurrences
}

// Code is a stable word for what advice finds.
type Code string

// What advice finds.
const (
	KeyNone      Code = "KEY_NONE"       // nothing is matched on
	KeyNotUnique Code = "KEY_NOT_UNIQUE" // different records have one key
	KeyBlank     Code = "KEY_BLANK"      // rows without a value in a ticked field
	KeyMore      Code = "KEY_MORE"       // a ticked field tells no two rows apart
	KeyMisspelt  Code = "KEY_MISSPELT"   // the key is a name, and there is something better
	Unknown      Code = "UNKNOWN"        // values that are none of the choices or users
)

// Finding is one thing about a mapping that a person should know.
type Finding struct {
	Code     Code
	Kind     crm.Kind // "" where it concerns neither alone
	Text     message.Text
	Rows     int
	Examples []ledger.Ref // three at the most
}

// TextIn returns what the finding says in a language, sv or en.
func (f *Finding) TextIn(lang string) string {
	format := f.Text.Format
	if sv, ok := swedish[format]; ok && lang == "sv" {
		format = sv
	}
	return f.Text.Fill(format)
}

// Serious says that records will be duplicated, merged or rejected. Other findings are advice.
func (f *Finding) Serious() bool { return f.Code != KeyMore }

const (
	mostExamples  = 3
	mostUnknown   = 1000
	listedUnknown = 10
)

// occurrences counts rows and keeps the first of them.
type occurrences struct {
	rows     int
	examples []ledger.Ref
}

func (f *occurrences) add(ref ledger.Ref) {
	f.rows++
	if len(f.examples) < mostExamples {
		f.examples = append(f.examples, ref)
	}
}

func (f *occurrences) finding(code Code, kind crm.Kind, text message.Text) Finding {
	return Finding{Code: code, Kind: kind, Text: text, Rows: f.rows, Examples: f.examples}
}

// unknown is one value of one column that is none of the choices or users.
type unknown struct {
	sheet, column string
	code          ledger.Code
	value         string
}

// New returns advice on a mapping; Add shows it the rows.
func New(m *mapping.Mapping) *Linter {
	return &Linter{m: m, sheets: map[string]*sheetKeys{}, unknown: map[unknown]*occurrences{}}
}

// Add looks at one row.
func (a *Linter) Add(d *ledger.Draft) {
	for i := range d.Problems {
		a.note(d, &d.Problems[i])
	}
	if d.Rejected() {
		return // it is not matched
	}
	s := a.sheets[d.Sheet]
	if s == nil {
		s = newSheetAdvice(a.part(d.Sheet))
		a.sheets[d.Sheet] = s
		a.order = append(a.order, s)
	}
	s.add(d)
}

// part returns what the mapping says about a sheet.
func (a *Linter) part(name string) *mapping.Mapping {
	parts := a.m.Parts()
	for _, part := range parts {
		if part.Sheet == name || crm.Heading(part.Sheet) == crm.Heading(name) {
			return part
		}
	}
	for _, part := range parts { // named by their numbers, and read in their order
		_, err := strconv.Atoi(part.Sheet)
		taken := slices.ContainsFunc(a.order, func(s *sheetKeys) bool { return s.m == part })
		if err == nil && !taken {
			return part
		}
	}
	return parts[0]
}

func (a *Linter) note(d *ledger.Draft, p *ledger.Problem) {
	if p.Code != ledger.UnknownChoice && p.Code != ledger.UnknownUser {
		return
	}
	at := unknown{d.Sheet, p.Column, p.Code, p.Value}
	if a.unknown[at] == nil {
		if len(a.unknown) >= mostUnknown {
			at.value = "…" // one more for all that are left
		}
		if a.unknown[at] == nil {
			a.unknown[at] = &occurrences{}
		}
	}
	a.unknown[at].add(p.Ref)
}

// Findings returns what was found, the keys first.
func (a *Linter) Findings() []Finding {
	var all []Finding
	for _, s := range a.order {
		all = append(all, s.findings()...)
	}
	return append(all, a.unknowns()...)
}

// unknowns sums up, column by column, the values that are none of the choices or users.
func (a *Linter) unknowns() []Finding {
	type column struct {
		sheet, letter string
		code          ledger.Code
	}
	by := map[column][]unknown{}
	for at := range a.unknown {
		c := column{at.sheet, at.column, at.code}
		by[c] = append(by[c], at)
	}
	var all []Finding
	for c, values := range by {
		slices.SortFunc(values, func(x, y unknown) int {
			return cmp.Or(a.unknown[y].rows-a.unknown[x].rows, strings.Compare(x.value, y.value))
		})
		f := Finding{Code: Unknown}
		var list []string
		for i, v := range values {
			f.Rows += a.unknown[v].rows
			f.Examples = append(f.Examples, a.unknown[v].examples...)
			if i < listedUnknown {
				list = append(list, fmt.Sprintf("%q (%d)", v.value, a.unknown[v].rows))
			}
		}
		slices.SortFunc(f.Examples, func(x, y ledger.Ref) int { return x.Row - y.Row })
		f.Examples = f.Examples[:min(len(f.Examples), mostExamples)]
		told := strings.Join(list, ", ")
		switch more := len(values) - len(list); {
		case c.code == ledger.UnknownUser && more > 0:
			f.Text = message.Say("column %s contains values that are not known users: %s and %s more; add the users, or set under values which users are meant", c.letter, told, more)
		case c.code == ledger.UnknownUser:
			f.Text = message.Say("column %s contains values that are not known users: %s; add the users, or set under values which users are meant", c.letter, told)
		case more > 0:
			f.Text = message.Say("column %s contains values that are not choices of the field: %s and %s more; set under values what they mean", c.letter, told, more)
		default:
			f.Text = message.Say("column %s contains values that are not choices of the field: %s; set under values what they mean", c.letter, told)
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(x, y Finding) int { return strings.Compare(x.Text.String(), y.Text.String()) })
	return all
}
