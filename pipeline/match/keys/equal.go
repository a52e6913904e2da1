package keys

import (
	"bytes"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// addEqual makes the rule by which a row is equal to one that created a record (A8, C9).
func (k *Keys) addEqual(all []crm.Ticked, schema *crm.Schema, policy *ledger.Policy) {
	k.Ticked = &crm.Rule{Kind: k.Kind, Ticked: all}
	var equal []crm.Ticked
	for _, name := range k.Kind.Required() { // as they are: "x" and "okänd" are two names, though neither is a key
		equal = append(equal, crm.Ticked{Field: name, Type: schema.Field(k.Kind.Path(name)).Type, AsIs: true})
	}
	for _, t := range all {
		if !slices.ContainsFunc(equal, func(other crm.Ticked) bool { return other.Field == t.Field }) {
			equal = append(equal, t)
		}
	}
	slices.SortFunc(equal, func(a, b crm.Ticked) int { return strings.Compare(a.Field, b.Field) }) // a feed does not depend on the order of ticking
	k.equal = &crm.Rule{Kind: k.Kind, Ticked: equal, Exact: policy.Exact, Region: policy.Region, Blanks: crm.AnyBlanks}
}

// Equal returns the text by which a row is compared with other rows of the file (A8, C9); false where rows are not compared. The text is valid
// until the next use of the cache.
func (k *Keys) Equal(parentID string, vs crm.Values) ([]byte, bool) {
	if k.equal == nil {
		return nil, false
	}
	return k.Cache.Text(k.equal, parentID, vs), true
}

// HasFeed reports whether records get feed keys.
func (k *Keys) HasFeed() bool { return k.feed != "" }

// Feed returns the feed key of a row (W13); false where records get none. The ID of the rule is not part of it: when canonical forms change in a
// new version, the keys of most values stay the same.
func (k *Keys) Feed(parentID string, vs crm.Values) (crm.FeedKey, bool) {
	if k.feed == "" {
		return "", false
	}
	_, row, _ := bytes.Cut(k.Cache.Text(k.equal, parentID, vs), []byte{0})
	return crm.NewFeedKey(k.feed, row), true
}

// feedOf identifies the feed of an import, for the records of one kind.
func feedOf(inbox string, kind crm.Kind, ticked []crm.Ticked, policy *ledger.Policy) string {
	var names []string
	for _, t := range ticked {
		names = append(names, t.Field)
	}
	slices.Sort(names)
	compare := "canonical"
	if policy.Exact {
		compare = "exact"
	}
	return strings.Join([]string{"feed", inbox, string(kind), compare, strings.Join(names, ",")}, "\x00")
}
