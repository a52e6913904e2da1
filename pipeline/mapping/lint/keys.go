package lint

import (
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
)

// sheetKeys looks at the keys of one sheet's rows.
type sheetKeys struct {
	m     *mapping.Mapping
	kinds [len(crm.Kinds)]kindKeys
	above string // the record of the top kind of the nearest row above, for fill_down
}

// kindKeys looks at the keys of one kind.
type kindKeys struct {
	kind   crm.Kind
	policy *ledger.Policy
	rules  []crm.Rule
	by     []*tracker // what each rule tells apart
	better *tracker   // where the key is a name: of the org number or e-mail address
	rows   int        // without an ID
	none   occurrences
	blank  []occurrences // by the first blank field of the only rule, or at 0 those that no rule of several has a key for
}

func newSheetAdvice(m *mapping.Mapping) *sheetKeys {
	s := &sheetKeys{m: m}
	for i, kind := range crm.Kinds {
		s.kinds[i] = newKindAdvice(m, kind)
	}
	return s
}

func newKindAdvice(m *mapping.Mapping, kind crm.Kind) kindKeys {
	k := kindKeys{kind: kind, policy: &m.Policy}
	for _, names := range m.Policy.Ticked(kind) {
		rule := ruleOf(m, kind, names)
		if m.Policy.BlankKey == ledger.BlankLiteral {
			rule.Blanks = crm.AnyBlanks
		}
		k.rules = append(k.rules, rule)
		k.by = append(k.by, newTracker(m, rule, len(names)))
	}
	if len(k.rules) > 0 {
		k.blank = make([]occurrences, len(k.rules[0].Ticked))
	}
	if strong, _ := kind.Identifier(); strong != "" && len(k.rules) == 1 && slices.Equal(k.rules[0].Names(), []string{"name"}) {
		k.better = newTracker(m, ruleOf(m, kind, []string{strong}), 0)
	}
	return k
}

func ruleOf(m *mapping.Mapping, kind crm.Kind, names []string) crm.Rule {
	rule := crm.Rule{Kind: kind, Exact: m.Policy.Exact, Region: m.Policy.Region}
	for _, name := range names {
		if f := m.Schema.Field(string(kind) + "." + name); f != nil {
			rule.Ticked = append(rule.Ticked, crm.Ticked{Field: name, Type: f.Type})
		}
	}
	return rule
}

// tracker sees the keys of one rule: which of them different records share, and which ticked field distinguishes no records.
type tracker struct {
	rule     crm.Rule
	identity []crm.Ticked        // the name and the identifier, which distinguish two records whatever is matched on
	seen     map[int64][2]uint32 // by key: the identity of the record it stands for
	others   occurrences         // rows whose record is another than the one before under their key
	filled   int
	without  []crm.Rule         // the rule without each of its fields
	left     []map[int64]uint32 // by key of that: the field left out; nil once it has distinguished two rows
}

func newTracker(m *mapping.Mapping, rule crm.Rule, fields int) *tracker {
	strong, _ := rule.Kind.Identifier()
	t := &tracker{rule: rule, seen: map[int64][2]uint32{}, identity: ruleOf(m, rule.Kind, []string{"name", strong}).Ticked}
	for i := range rule.Ticked {
		if fields < 2 {
			break
		}
		less := rule
		less.Ticked = slices.Delete(slices.Clone(rule.Ticked), i, i+1)
		t.without = append(t.without, less)
		t.left = append(t.left, map[int64]uint32{})
	}
	return t
}

func (s *sheetKeys) add(d *ledger.Draft) {
	var records [len(crm.Kinds)]string
	for i, kind := range crm.Kinds {
		in := ""
		if parent := kind.Parent(); parent != "" {
			in = records[parent.Number()]
		}
		switch part := d.Part(kind); {
		case part.Present:
			records[i] = s.kinds[i].add(d, part, in)
		case kind == crm.Top && s.m.Policy.FillDown:
			records[i] = s.above
		default:
			records[i] = strconv.FormatInt(d.Place, 10)
		}
	}
	s.above = records[crm.Top.Number()]
}

// add looks at one part and returns what stands for its record: equal for two parts that mean one.
func (k *kindKeys) add(d *ledger.Draft, part *ledger.Part, in string) string {
	if part.ID != "" {
		return "id " + part.ID
	}
	vs := part.Values()
	if parts := k.kind.NameParts(); parts != nil && vs.Of("name").Absent() {
		if name := ledger.JoinName(parts, func(field string) string { return vs.Of(field).Text() }); !name.Absent() {
			vs.Set("name", name)
		}
	}
	k.rows++
	if k.better != nil {
		k.better.add(d.Ref, in, vs)
	}
	for i, rule := range k.rules {
		if key, ok := rule.Key(in, vs); ok {
			k.by[i].add(d.Ref, in, vs)
			return strconv.Itoa(i) + " " + strconv.FormatInt(key.Hash, 36)
		}
	}
	if len(k.rules) == 0 {
		k.none.add(d.Ref)
	} else {
		k.noteBlank(d.Ref, vs)
	}
	if k.policy.Reuse != ledger.ReuseOff && len(k.rules) > 0 {
		return "name " + k.rules[0].ID() + vs.Of("name").Text() // near enough: A8 joins them
	}
	return "row " + strconv.FormatInt(d.Place, 10)
}

func (k *kindKeys) noteBlank(ref ledger.Ref, vs crm.Values) {
	first := 0
	for i, t := range k.rules[0].Ticked {
		if len(k.rules) == 1 && vs.Of(t.Field).Absent() {
			first = i
			break
		}
	}
	k.blank[first].add(ref)
}

func (t *tracker) add(ref ledger.Ref, in string, vs crm.Values) {
	key, ok := t.rule.Key(in, vs)
	if !ok {
		return
	}
	t.filled++
	was, other := t.seen[key.Hash], false
	for i, field := range t.identity {
		is := hashOf(t.canonical(field, vs))
		other = other || was[i] != 0 && is != 0 && was[i] != is
		if was[i] == 0 {
			was[i] = is
		}
	}
	t.seen[key.Hash] = was
	if other {
		t.others.add(ref)
	}
	for i, less := range t.without {
		if t.left[i] == nil {
			continue
		}
		rest, ok := less.Key(in, vs)
		if !ok {
			continue
		}
		is := hashOf(t.canonical(t.rule.Ticked[i], vs))
		if was, seen := t.left[i][rest.Hash]; seen && was != is {
			t.left[i] = nil // it tells them apart; no more is wanted of it
		} else {
			t.left[i][rest.Hash] = is
		}
	}
}

func (t *tracker) canonical(field crm.Ticked, vs crm.Values) string {
	if t.rule.Exact {
		return crm.Exact(field.Type, vs.Of(field.Field))
	}
	return crm.Canonical(field.Type, vs.Of(field.Field), t.rule.Region)
}

// hashOf is 0 for a blank, and for a blank only.
func hashOf(text string) uint32 {
	if text == "" {
		return 0
	}
	return max(1, uint32(xxhash.Sum64String(text)))
}
