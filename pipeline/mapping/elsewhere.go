package mapping

import (
	"cmp"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/strictyaml"
)

// setKeys are the keys of policies that a mapping, or one of its sheets, sets, and where.
type setKeys map[*Mapping]map[string]strictyaml.Node

// note remembers where a mapping, or one of its sheets, sets a key.
func (set setKeys) note(r *parser, m *Mapping, p pair) {
	if set[m] == nil {
		set[m] = map[string]strictyaml.Node{}
	}
	_, reuse := set[m]["reuse"]
	_, older := set[m]["reuse_in_file"]
	if reuse && p.key == "reuse_in_file" || older && p.key == "reuse" {
		r.mistake(p.node, "%s: reuse and reuse_in_file are the same setting: keep reuse", p.key)
	}
	set[m][p.key] = p.node
}

// at returns where a sheet, or else the whole mapping, sets a key; no node where neither does.
func (set setKeys) at(m, part *Mapping, key string) strictyaml.Node {
	if n, ok := set[part][key]; ok {
		return n
	}
	return set[m][key]
}

// scopeCheck checks where records with a parent are looked for.
type scopeCheck struct {
	*parser
	schema *crm.Schema
	set    setKeys
}

// elsewhere checks what a mapping says about contacts in other accounts (W12).
func (r scopeCheck) elsewhere(m *Mapping, profile string) {
	for _, part := range m.Parts() {
		p := &part.Policy
		anywhere := p.Scope == ledger.ScopeAnywhere
		if anywhere && profile == "safe" {
			r.mistake(r.set.at(m, part, "contact_scope"), "contact_scope: profile safe searches for contacts only in the account of their row: write account, or choose another profile")
		} else if kind := r.notIdentified(p); anywhere && kind != "" {
			r.wrong(r.set.at(m, part, "contact_scope"), ledger.SayOf(kind, "contact_scope: anywhere needs a rule with email, mobile or an ID field, because a name is not unique: "+
				"write e.g. match: {{kind}: [email]}, or contact_scope: {parent}"))
		}
		if p.Elsewhere == ledger.ElsewhereMove && profile == "safe" {
			r.mistake(r.set.at(m, part, "elsewhere"), "elsewhere: profile safe does not move contacts: write reject or update, or choose another profile")
		}
	}
}

// notIdentified returns a kind with a parent if no rule of any such kind has a field that means one person wherever that person works; else "".
func (r scopeCheck) notIdentified(p *ledger.Policy) (first crm.Kind) {
	for _, kind := range crm.Kinds {
		identifies := func(name string) bool {
			f := r.schema.Field(kind.Path(name))
			return name == "email" || name == "mobile" || f != nil && f.Type == crm.ID
		}
		if kind.Parent() == "" {
			continue
		}
		if slices.ContainsFunc(p.Ticked(kind), func(rule []string) bool { return slices.ContainsFunc(rule, identifies) }) {
			return ""
		}
		first = cmp.Or(first, kind)
	}
	return first
}

// keepToAccounts notes where a sidecar looks for contacts in other accounts, or moves them, although its inbox does not allow that.
func (r scopeCheck) keepToAccounts(m, part *Mapping) {
	if part.Policy.Scope == ledger.ScopeAnywhere {
		r.mistake(r.set.at(m, part, "contact_scope"), "contact_scope: this inbox allows only account")
	}
	if part.Policy.Elsewhere == ledger.ElsewhereMove {
		r.mistake(r.set.at(m, part, "elsewhere"), "elsewhere: this inbox allows only reject and update")
	}
	if part.Policy.ElsewhereID == ledger.ElsewhereMove {
		r.mistake(r.set.at(m, part, "elsewhere_id"), "elsewhere_id: this inbox allows only reject")
	}
}
