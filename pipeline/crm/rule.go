package crm

import (
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Ticked is one field that is matched on.
type Ticked struct {
	Field string `json:"field"`
	Type  Type   `json:"type"`
}

// Blanks says what a rule makes of a record in which a ticked field is blank.
type Blanks string

// What a blank ticked field does to a record's key.
const (
	NoBlanks   Blanks = ""     // no key: a blank never matches (R12)
	AnyBlanks  Blanks = "any"  // blank equals blank (A8, C9)
	OnlyBlanks Blanks = "only" // blank equals blank, and a key only where there is a blank (`blank_key: literal`)
)

// Rule is the ticked fields of one kind, joined by AND (R8), and how they are compared. It says all that is needed to make a
// record's key, so that a store can keep the keys of the rules in use beside each record.
type Rule struct {
	Kind   Kind     `json:"kind"`
	Ticked []Ticked `json:"ticked"`
	Exact  bool     `json:"exact,omitempty"`
	Region string   `json:"region,omitempty"`
	Blanks Blanks   `json:"blanks,omitempty"`
	Near   bool     `json:"near,omitempty"` // texts that are almost the same are the same: it warns, and never decides
}

// ID names the rule: two rules with one ID make the same keys of the same records.
func (r Rule) ID() string {
	var b strings.Builder
	b.WriteString(string(r.Kind))
	for i, t := range r.Ticked {
		b.WriteByte(" ,"[min(i, 1)])
		b.WriteString(t.Field + ":" + string(t.Type))
	}
	if r.Blanks != NoBlanks {
		b.WriteString(" " + string(r.Blanks))
	}
	if r.Near {
		b.WriteString(" near")
	}
	if r.Exact {
		return b.String() + " exact"
	}
	return b.String() + " " + r.Region
}

// Names returns the ticked fields' names.
func (r Rule) Names() []string {
	names := make([]string, len(r.Ticked))
	for i, t := range r.Ticked {
		names[i] = t.Field
	}
	return names
}

// Ticks says whether the rule is made of this field.
func (r Rule) Ticks(field string) bool {
	for _, t := range r.Ticked {
		if t.Field == field {
			return true
		}
	}
	return false
}

// Key is a record seen through a rule: its ticked fields in canonical form. Hash is what a store indexes; Text decides.
type Key struct {
	Text string
	Hash int64
}

// Key returns the key of a record with these values (accountID for a contact: contacts are looked for inside their account),
// and false where the rule gives it none.
func (r Rule) Key(accountID string, vs Values) (Key, bool) {
	blanks := 0
	b := make([]byte, 0, 96)
	b = append(append(b, r.ID()...), 0)
	b = append(append(b, accountID...), 0)
	for _, t := range r.Ticked {
		canon := r.canonical(t, vs.Of(t.Field))
		if canon == "" {
			blanks++
		}
		b = append(append(b, canon...), 0)
	}
	if r.Blanks == NoBlanks && blanks > 0 || r.Blanks == OnlyBlanks && blanks == 0 {
		return Key{}, false
	}
	text := string(b)
	return Key{Text: text, Hash: int64(xxhash.Sum64String(text))}, true
}

func (r Rule) canonical(t Ticked, v Value) string {
	if r.Exact {
		return Exact(v)
	}
	if r.Near && t.Type == Text {
		return near(v)
	}
	return Canonical(t.Type, v, r.Region)
}

// Agrees says whether a row and a stored record do not contradict each other in the rule's fields: each is equal, or blank in one
// of them.
func (r Rule) Agrees(row, stored Values) bool {
	for _, t := range r.Ticked {
		was, is := r.canonical(t, stored.Of(t.Field)), r.canonical(t, row.Of(t.Field))
		if was != "" && is != "" && was != is {
			return false
		}
	}
	return true
}
