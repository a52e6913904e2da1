package mapping

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/strictyaml"
)

// matchReader reads which fields records are matched on.
type matchReader struct {
	*parser
	schema *crm.Schema
}

// match reads the ticked fields: a list of fields, or a list of such lists (a cascade).
func (r matchReader) match(m *Mapping, n strictyaml.Node) {
	for _, p := range r.pairs(n, "match") {
		kind := crm.Kind(p.key)
		if !slices.Contains(crm.Kinds[:], kind) {
			r.mistake(p.node, "%s: unknown key; the keys of match are account and contact", p.key)
			continue
		}
		m.Policy.Match[kind.Number()], m.matched[kind.Number()] = r.rules(kind, p.value), true
	}
}

func (r matchReader) rules(kind crm.Kind, n strictyaml.Node) [][]string {
	items := r.items(n)
	var rules [][]string
	if len(items) > 0 && items[0].Kind() == strictyaml.List {
		for _, item := range items {
			rules = append(rules, r.rule(kind, item))
		}
	} else {
		rules = [][]string{r.rule(kind, n)}
	}
	// An ID selects by itself (A1): a rule of nothing else is dropped.
	return slices.DeleteFunc(rules, func(rule []string) bool { return len(rule) == 0 })
}

func (r matchReader) rule(kind crm.Kind, n strictyaml.Node) []string {
	var fields []string
	for _, item := range r.items(n) {
		name := strings.TrimPrefix(r.scalar(item), string(kind)+".")
		switch {
		case name == "id":
		case r.schema.Field(string(kind)+"."+name) == nil:
			r.unknown(item, ledger.SayOf(kind, "%s: {kinds} have no such field", name), name, r.names(kind))
		case slices.Contains(fields, name):
			r.mistake(item, "%s: is listed twice; keep one", name)
		default:
			fields = append(fields, name)
		}
	}
	return fields
}

func (r matchReader) names(kind crm.Kind) []string {
	var names []string
	for _, f := range r.schema.Fields() {
		if f.Kind == kind {
			names = append(names, f.Name)
		}
	}
	return names
}
