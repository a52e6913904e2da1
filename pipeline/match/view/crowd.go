package view

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
)

// crowd is how many records with one key are looked at across accounts. An address like info@ or a switchboard's number may belong to tens of
// thousands of contacts: each row would be compared with all of them, and each batch would fetch them.
const crowd = 200

// AnywhereKeys adds the keys by which a row is looked for in every account, but for those of crowds, which need not be asked for.
func (v *View) AnywhereKeys(to []crm.Key, vs crm.Values) []crm.Key {
	first := len(to)
	to = v.Keys.AppendAnywhere(to, vs)
	if len(v.crowds) == 0 {
		return to
	}
	kept := slices.DeleteFunc(to[first:], func(key crm.Key) bool { return v.crowds[key.Hash] != nil })
	return to[:first+len(kept)]
}

// NoteCrowds keeps some records of each key that very many have: the store is not asked for it again.
func (v *View) NoteCrowds(wanted []crm.Key) {
	for _, key := range wanted {
		if all := v.byHash[key.Hash]; len(all) > crowd && v.crowds[key.Hash] == nil {
			v.crowds[key.Hash] = slices.Clone(all[:crowd])
		}
	}
}

// ParentsOf returns the IDs of the accounts of the contacts that these keys lead to.
func (v *View) ParentsOf(wanted []crm.Key) []string {
	var ids []string
	for _, key := range wanted {
		for _, e := range v.some(key.Hash) {
			ids = append(ids, e.ParentID)
		}
	}
	return ids
}

// Outside returns the records outside one account ("" for none) that the row means by the rule, in the order of creation.
func (v *View) Outside(rule *crm.Rule, parentID string, vs crm.Values) []*Record {
	hash := v.Keys.Cache.Hash(rule, "", vs)
	if hash == 0 || !v.MayHave(hash) && v.crowds[hash] == nil { // nearly always
		return nil
	}
	key, _ := v.Keys.Cache.Key(rule, "", vs)
	var found []*Record
	for _, e := range v.some(hash) {
		if (parentID == "" || e.ParentID != parentID) && v.Keys.Cache.Is(rule, "", e.Values, key.Text) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, byCreation)
	return found
}

// some returns records that may have a key of this hash: all of them, or as many as are looked at.
func (v *View) some(hash int64) []*Record {
	found := slices.Clone(v.crowds[hash])
	take := func(list []*Record, ours bool) {
		for _, e := range list {
			if len(found) >= 2*crowd {
				return
			}
			if (e.ours || !ours) && !slices.ContainsFunc(found, func(other *Record) bool { return other.ID == e.ID }) {
				found = append(found, e)
			}
		}
	}
	take(v.byHash[hash], false)
	for _, b := range v.below {
		take(b.byHash[hash], true)
	}
	return found
}
