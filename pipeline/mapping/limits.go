package mapping

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Limits are what an inbox allows its sidecars (section 9): they may tighten it, never loosen. The zero Limits allow everything but mail
// and webhooks.
type Limits struct {
	Safe        bool                       // no looser than the profile safe
	Modes       []string                   // none: all
	Fields      []string                   // that may be written: "account.name", "account.custom.*", "contact.*"; none: all
	Match       [len(crm.Kinds)][][]string // the match rules of each kind that a sidecar may choose from; none: any
	Caps        ledger.Caps
	NoClear     bool
	Trusted     bool // the mapping is from a person: it may name any recipient
	MailDomains []string
	Webhooks    []string
}

// profile returns the profile of a mapping that names none.
func (l *Limits) profile(usual string) string {
	if l.Safe {
		return "safe"
	}
	return usual
}

// lay gives a mapping the limits that it does not set itself.
func (l *Limits) lay(m *Mapping) {
	for _, cap := range []struct{ is, limit *ledger.Cap }{{&m.Policy.Caps.Rejected, &l.Caps.Rejected}, {&m.Policy.Caps.Created, &l.Caps.Created},
		{&m.Policy.Caps.Updated, &l.Caps.Updated}, {&m.Policy.Caps.Cleared, &l.Caps.Cleared}, {&m.Policy.Caps.LeftOut, &l.Caps.LeftOut}} {
		if !cap.is.Set() {
			*cap.is = *cap.limit
		}
	}
	for _, part := range append(slices.Clone(m.Sheets), m) {
		part.NoClear, part.writable = l.NoClear, l.writes
	}
}

// writes reports whether a field may be written. An ID never is, it selects.
func (l *Limits) writes(f *crm.Field) bool {
	return len(l.Fields) == 0 || f.Name == "id" || slices.ContainsFunc(l.Fields, func(pattern string) bool {
		stem, all := strings.CutSuffix(pattern, "*")
		return f.Path() == pattern || all && strings.HasPrefix(f.Path(), stem)
	})
}

// limitCheck holds a sidecar against the limits of its inbox.
type limitCheck struct {
	*parser
	limits *Limits
	scopes scopeCheck
}

// keepTo notes where a sidecar allows more than its inbox does.
func (r limitCheck) keepTo(m *Mapping, pairs []pair) {
	l := r.limits
	where := map[string]pair{}
	for _, p := range pairs {
		where[p.key] = p
	}
	loose := func(key string, text message.Text) { r.wrong(where[key].node, text) }
	for _, part := range m.Parts() {
		if len(l.Modes) > 0 && !slices.Contains(l.Modes, string(part.Policy.Mode)) {
			loose("mode", message.Say("mode: this inbox allows only %s", strings.Join(l.Modes, ", ")))
		}
		if l.Safe && part.Policy.Ambiguous != ledger.AmbiguousPark && part.Policy.Ambiguous != ledger.AmbiguousReject {
			loose("ambiguous", message.Say("ambiguous: this inbox allows only park and reject"))
		}
		if l.Safe && part.Policy.BlankKey != ledger.BlankReject {
			loose("blank_key", message.Say("blank_key: this inbox allows only reject"))
		}
		if l.Safe && part.ExtraWarn {
			loose("extra_cells", message.Say("extra_cells: this inbox allows only reject"))
		}
		if l.Safe {
			r.scopes.keepToAccounts(m, part)
		}
		if l.NoClear && part.OnBlank == ledger.BlankClear {
			loose("on_blank", message.Say("on_blank: this inbox allows only keep and default"))
		}
		l.keepToRules(part, loose)
		for _, c := range part.Columns {
			if c.Field != nil && !l.writes(c.Field) {
				loose("columns", message.Say("columns: this inbox does not allow writing to %s, only to %s", c.Field.Path(), strings.Join(l.Fields, ", ")))
			}
			if c.Rest != nil && !l.writes(c.Rest) {
				loose("columns", message.Say("columns: this inbox does not allow writing to %s, only to %s", c.Rest.Path(), strings.Join(l.Fields, ", ")))
			}
			if l.NoClear && c.OnBlank == ledger.BlankClear && part.OnBlank != ledger.BlankClear {
				loose("columns", message.Say("columns: this inbox does not allow on_blank: clear, only keep and default"))
			}
		}
	}
	r.keepToCaps(&m.Policy.Caps, loose)
}

// keepToRules notes where a sidecar matches on what its inbox does not allow. The configured rules, which hold where it says nothing, are the
// inbox's own.
func (l *Limits) keepToRules(m *Mapping, loose func(key string, text message.Text)) {
	for i, allowed := range l.Match {
		kind := crm.Kinds[i]
		if len(allowed) == 0 || !m.SetsMatch(kind) {
			continue
		}
		rules := m.Policy.Ticked(kind)
		if len(rules) == 0 {
			rules = [][]string{nil} // to match on nothing is a rule too
		}
		for _, rule := range rules {
			if !slices.ContainsFunc(allowed, func(other []string) bool { return sameFields(rule, other) }) {
				loose("match", ledger.SayOf(kind, "match: this inbox allows matching {kinds} only on %s", rulesText(allowed)))
			}
		}
	}
}

// sameFields reports whether two rules join the same fields.
func sameFields(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(field string) bool { return !slices.Contains(b, field) })
}

// rulesText writes rules as a mapping has them: [org_number], [name, zip].
func rulesText(rules [][]string) string {
	var all []string
	for _, rule := range rules {
		all = append(all, "["+strings.Join(rule, ", ")+"]")
	}
	return strings.Join(all, ", ")
}

func (r limitCheck) keepToCaps(caps *ledger.Caps, loose func(key string, text message.Text)) {
	limits := r.limits.Caps
	if r.limits.Safe {
		safe, _ := ledger.Profile("safe")
		for _, c := range []struct{ limit, safe *ledger.Cap }{{&limits.Rejected, &safe.Caps.Rejected}, {&limits.Cleared, &safe.Caps.Cleared}} {
			if !c.limit.Set() {
				*c.limit = *c.safe
			}
		}
	}
	for _, c := range []struct {
		name      string
		is, limit ledger.Cap
	}{{"max_rejected", caps.Rejected, limits.Rejected}, {"max_created", caps.Created, limits.Created},
		{"max_updated", caps.Updated, limits.Updated}, {"max_cleared", caps.Cleared, limits.Cleared},
		{"max_left_out", caps.LeftOut, limits.LeftOut}} {
		if c.is.Loosens(c.limit) {
			loose("caps", message.Say("caps: this inbox allows at most %s: %s", c.name, c.limit))
		}
	}
}
