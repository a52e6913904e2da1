package keys

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// identifiedBy are the fields whose values mean one person wherever that person works.
var identifiedBy = []string{"email", "mobile"}

// addAnywhere makes the rules that look into every account (W12). A kind without a parent needs none. A rule whose fields do not depend on the
// region has none, so that all mappings share its keys.
func (k *Keys) addAnywhere(schema *crm.Schema, policy *ledger.Policy) {
	if k.Kind.Parent() == "" {
		return
	}
	if policy.WarnElsewhere {
		for _, name := range identifiedBy {
			if field := schema.Field(k.Kind.Path(name)); field != nil {
				ticked := []crm.Ticked{{Field: name, Type: field.Type}}
				k.Identifying = append(k.Identifying, withoutIdleRegion(crm.Rule{Kind: k.Kind, Ticked: ticked, Region: policy.Region, Anywhere: true}))
			}
		}
	}
	for i, rule := range k.Rules {
		if policy.Scope == ledger.ScopeAnywhere && slices.ContainsFunc(rule.Ticked, identifies) {
			rule.Anywhere = true
			k.Anywhere = append(k.Anywhere, AnywhereRule{withoutIdleRegion(rule), i})
		}
	}
}

func identifies(t crm.Ticked) bool { return slices.Contains(identifiedBy, t.Field) || t.Type == crm.ID }

func withoutIdleRegion(rule crm.Rule) crm.Rule {
	if !slices.ContainsFunc(rule.Ticked, func(t crm.Ticked) bool { return t.Type.Describe().Region }) {
		rule.Region = ""
	}
	return rule
}

// LooksAnywhere reports whether anything is looked for in every account.
func (k *Keys) LooksAnywhere() bool { return len(k.Anywhere)+len(k.Identifying) > 0 }

// AppendAnywhere adds the keys by which a row is looked for in every account. They have hashes only, which is what a store is asked by.
func (k *Keys) AppendAnywhere(to []crm.Key, vs crm.Values) []crm.Key {
	for i := range k.Anywhere {
		to = k.appendHash(to, &k.Anywhere[i].Rule, vs)
	}
	for i := range k.Identifying {
		to = k.appendHash(to, &k.Identifying[i], vs)
	}
	return to
}

func (k *Keys) appendHash(to []crm.Key, rule *crm.Rule, vs crm.Values) []crm.Key {
	if hash := k.Cache.Hash(rule, "", vs); hash != 0 {
		to = append(to, crm.Key{Hash: hash})
	}
	return to
}
