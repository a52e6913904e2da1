package match

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// A feed is files of one inbox that are matched on the same fields in the same way (W13). A record that no match rule can find again, because
// its row had a blank key or hit several, gets a feed key: the feed and what the row said. An equal row of a later file finds it by that.
//
// # Why the keys that this import itself wrote count too
//
// Row n sees what the rows before it wrote. So a record of this file is looked for like any other, in the overlay and in the store, and an import
// that was stopped and goes on finds what it would have found without the stop. Nearly always A8 or C9 has found such a record before.
//
// # Why a contact in a new account may get one
//
// It is created by C3, which stands above C4. In the next file its account is there, and the row comes to C4: without a feed key another contact
// would be created then.

// feedOf names the feed of an import, as far as records of one kind go.
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

// feedKey returns the feed key of a row; false where records are not looked for by one. The ID of the rule is no part of it: canonical forms may
// change, and most values keep theirs.
func (k *keys) feedKey(accountID string, vs crm.Values) (crm.FeedKey, bool) {
	if k.feed == "" {
		return "", false
	}
	_, row, _ := bytes.Cut(k.memo.Text(k.equal, accountID, vs), []byte{0})
	return crm.NewFeedKey(k.feed, row), true
}

// fed returns the one record that an equal row of an earlier file of the feed created; nil if there is none, or several.
func (m *Matcher) fed(ctx context.Context, kind crm.Kind, accountID string, vs crm.Values) (*entry, error) {
	key, ok := m.kinds[kind].feedKey(accountID, vs)
	if !ok {
		return nil, nil
	}
	hash, _ := key.Hash()
	if err := m.askLate(ctx, kind, accountID, []crm.Key{{Hash: hash}}); err != nil {
		return nil, err
	}
	return m.over(kind).fed(key), nil
}

// fed returns the one record with this feed key; nil if there is none, or several.
func (o *overlay) fed(key crm.FeedKey) *entry {
	hash, _ := key.Hash()
	var one *entry
	for _, e := range o.withHash(hash) {
		switch {
		case e.Feed != key:
		case one != nil:
			return nil
		default:
			one = e
		}
	}
	return one
}

// mayCreate says whether a row that is found by these keys may come to A4 or A7 (C4, C7) and create there, as the store has it.
func (m *Matcher) mayCreate(over *overlay, keys []ruled) bool {
	if len(keys) == 0 {
		return m.policy.BlankKey != ledger.BlankReject
	}
	return m.createsAnother() && slices.ContainsFunc(keys, func(key ruled) bool { return len(over.withHash(key.Hash)) > 1 })
}

// createsAnother says whether a row that hits several records creates another one.
func (m *Matcher) createsAnother() bool {
	return m.policy.Ambiguous == ledger.AmbiguousCreate || m.policy.Ambiguous == ledger.AmbiguousNext
}

// feedKeys adds the feed keys of those rows that may need them to what is asked for.
func (m *Matcher) feedKeys(to []crm.Key, kind crm.Kind, some []likely) []crm.Key {
	k, over := m.kinds[kind], m.over(kind)
	if k.feed == "" {
		return to
	}
	for _, l := range some {
		if !m.mayCreate(over, l.keys) {
			continue
		}
		if key, ok := k.feedKey(l.accountID, l.values); ok {
			hash, _ := key.Hash()
			to = append(to, crm.Key{Hash: hash})
		}
	}
	return to
}

// findable gives a new record its feed key, where no match rule finds it.
func (m *Matcher) findable(v verdict, kind crm.Kind, accountID string, vs crm.Values) verdict {
	if v.action == ledger.Create {
		v.rec.Feed, _ = m.kinds[kind].feedKey(accountID, vs)
	}
	return v
}
