package mapping

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/strictyaml"
)

// noteKey notes where a mapping, or one of its sheets, sets a key.
func (r *parser) noteKey(m *Mapping, p pair) {
	if r.where == nil {
		r.where = map[*Mapping]map[string]strictyaml.Node{}
	}
	if r.where[m] == nil {
		r.where[m] = map[string]strictyaml.Node{}
	}
	_, reuse := r.where[m]["reuse"]
	_, older := r.where[m]["reuse_in_file"]
	if reuse && p.key == "reuse_in_file" || older && p.key == "reuse" {
		r.mistake(p.node, "%s: reuse and reuse_in_file are the same setting: keep reuse", p.key)
	}
	r.where[m][p.key] = p.node
}

// at returns where a sheet, or else the whole mapping, sets a key; no node where neither does.
func (r *parser) at(m, part *Mapping, key string) strictyaml.Node {
	if n, ok := r.where[part][key]; ok {
		return n
	}
	return r.where[m][key]
}

// elsewhere checks what a mapping says of contacts in other accounts (W12).
func (r *parser) elsewhere(m *Mapping, profile string) {
	for _, part := range m.Parts() {
		p := &part.Policy
		anywhere := p.ContactScope == ledger.ScopeAnywhere
		if anywhere && profile == "safe" {
			r.mistake(r.at(m, part, "contact_scope"), "contact_scope: profile safe searches for contacts only in the account of their row: write account, or choose another profile")
		} else if anywhere && !slices.ContainsFunc(p.Ticked(crm.Contact), r.identifies) {
			r.mistake(r.at(m, part, "contact_scope"), "contact_scope: anywhere needs a rule with email, mobile or an ID field, because a name is not unique: "+
				"write e.g. match: {contact: [email]}, or contact_scope: account")
		}
		if p.Elsewhere == ledger.ElsewhereMove && profile == "safe" {
			r.mistake(r.at(m, part, "elsewhere"), "elsewhere: profile safe does not move contacts: write reject or update, or choose another profile")
		}
	}
}

// identifies reports whether a rule of contacts has a field that means one person wherever that person works.
func (r *parser) identifies(rule []string) bool {
	return slices.ContainsFunc(rule, func(name string) bool {
		f := r.schema.Field(string(crm.Contact) + "." + name)
		return name == "email" || name == "mobile" || f != nil && f.Type == crm.ID
	})
}

// keepToAccounts notes where a sidecar looks for contacts in other accounts, or moves them, although its inbox does not allow that.
func (r *parser) keepToAccounts(m, part *Mapping) {
	if part.Policy.ContactScope == ledger.ScopeAnywhere {
		r.mistake(r.at(m, part, "contact_scope"), "contact_scope: this inbox allows only account")
	}
	if part.Policy.Elsewhere == ledger.ElsewhereMove {
		r.mistake(r.at(m, part, "elsewhere"), "elsewhere: this inbox allows only reject and update")
	}
	if part.Policy.ElsewhereID == ledger.ElsewhereMove {
		r.mistake(r.at(m, part, "elsewhere_id"), "elsewhere_id: this inbox allows only reject")
	}
}
