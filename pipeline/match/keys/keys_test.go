package keys_test

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
)

func newKeys(t *testing.T, kind crm.Kind, policy *ledger.Policy, custom ...crm.Field) *keys.Keys {
	t.Helper()
	schema, err := crm.NewSchema(custom...)
	if err != nil {
		t.Fatal(err)
	}
	k, err := keys.New(kind, "in", schema, policy, crm.NewCache())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func values(fields ...string) (vs crm.Values) {
	for i := 0; i < len(fields); i += 2 {
		vs.Set(fields[i], crm.TextValue(fields[i+1]))
	}
	return vs
}

// TestFeedDoesNotDependOnTheOrderOfFields: a mapping whose match fields are in another order continues the feed.
func TestFeedDoesNotDependOnTheOrderOfFields(t *testing.T) {
	row := values("name", "Acme", "city", "Lund")
	feeds := map[crm.FeedKey]bool{}
	for _, fields := range [][]string{{"name", "zip", "city"}, {"city", "zip", "name"}, {"zip", "name", "city"}} {
		policy, _ := ledger.Profile("standard")
		policy.Match[0] = [][]string{fields}
		feed, ok := newKeys(t, crm.Account, &policy).Feed("", row)
		if !ok {
			t.Fatalf("%v has no feed key", fields)
		}
		feeds[feed] = true
	}
	if len(feeds) != 1 {
		t.Errorf("three orders of the fields make %d feeds", len(feeds))
	}
}

// TestAnywhereComparesByRegion: a contact is found in another account by a phone number or an organisation number that is written in another way.
func TestAnywhereComparesByRegion(t *testing.T) {
	company := crm.Field{Kind: crm.Contact, Name: "custom.company", Type: crm.OrgNumber}
	for _, c := range []struct{ field, one, other string }{
		{"mobile", "070-123 45 67", "+46701234567"},
		{"custom.company", "556677-8899", "SE556677889901"},
	} {
		policy, _ := ledger.Profile("standard")
		policy.Scope, policy.WarnElsewhere = ledger.ScopeAnywhere, false
		policy.Match[1] = [][]string{{"email", c.field}}
		k := newKeys(t, crm.Contact, &policy, company)
		one := k.AppendAnywhere(nil, values("email", "a@x.se", c.field, c.one))
		other := k.AppendAnywhere(nil, values("email", "a@x.se", c.field, c.other))
		if len(one) != 1 || len(other) != 1 || one[0].Hash != other[0].Hash {
			t.Errorf("%s and %s have the keys %v and %v", c.one, c.other, one, other)
		}
	}
}
