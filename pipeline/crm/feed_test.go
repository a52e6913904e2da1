package crm

import "testing"

// TestFeedKey expects different keys for different feeds and rows, and a hash for each key but the empty one.
func TestFeedKey(t *testing.T) {
	a := NewFeedKey("north", []byte("row"))
	for _, other := range []FeedKey{NewFeedKey("south", []byte("row")), NewFeedKey("north", []byte("rows")), NewFeedKey("northr", []byte("ow"))} {
		if a == other {
			t.Errorf("%s is the key of two rows", a)
		}
	}
	if hash, ok := a.Hash(); len(a) != 32 || !ok || hash == 0 || a != NewFeedKey("north", []byte("row")) {
		t.Errorf("the key is %q, its hash %d", a, hash)
	}
	if _, ok := FeedKey("").Hash(); ok {
		t.Error("no key has a hash")
	}
}

// TestAnywhere has a rule give the same key in every account, and other keys than the rule inside accounts (W12).
func TestAnywhere(t *testing.T) {
	inside := Rule{Kind: Contact, Ticked: []Ticked{{Field: "email", Type: Email}}}
	anywhere := inside
	anywhere.Anywhere = true
	vs := Values{{"email", TextValue("Anna@x.se")}}
	a, _ := anywhere.Key("a1", vs)
	b, _ := anywhere.Key("a2", vs)
	c, _ := inside.Key("", vs)
	if a != b || a.Text == c.Text || anywhere.ID() == inside.ID() {
		t.Errorf("keys %q, %q and %q", a.Text, b.Text, c.Text)
	}
}
