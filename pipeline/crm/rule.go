package crm

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Ticked is one field that is matched on.
type Ticked struct {
	Field string `json:"field"`
	Type  Type   `json:"type"`
	AsIs  bool   `json:"as_is,omitempty"` // not a key by itself: an implausible value is compared like any other (the name in A8, C9)
}

// FormsVersion is the version of the canonical forms and of what counts as implausible. It rises whenever a value gets another form: rules then
// have other IDs, and a store computes the new keys of its records before it first looks them up.
const FormsVersion = 2

// Blanks determines the key of a record in which a ticked field is blank.
type Blanks string

// What a blank ticked field does to a record's key.
const (
	NoBlanks   Blanks = ""     // no key: a blank never matches (R12)
	AnyBlanks  Blanks = "any"  // blank equals blank (A8, C9)
	OnlyBlanks Blanks = "only" // blank equals blank, and a key only where there is a blank (`blank_key: literal`)
)

// Rule is the ticked fields of one kind, joined by AND (R8), and how they are compared. It contains all that is needed to make a
// record's key, so that a store can keep the keys of the rules in use beside each record.
type Rule struct {
	Kind     Kind     `json:"kind"`
	Ticked   []Ticked `json:"ticked"`
	Exact    bool     `json:"exact,omitempty"`
	Region   string   `json:"region,omitempty"`
	Blanks   Blanks   `json:"blanks,omitempty"`
	Fuzzy    bool     `json:"near,omitempty"`     // near-duplicates have the same key: for warnings, never for decisions
	Anywhere bool     `json:"anywhere,omitempty"` // of contacts: in whichever account they are (W12)
}

// ID identifies the rule: two rules with the same ID make the same keys of the same records.
func (r *Rule) ID() string { return string(r.appendID(nil)) }

func (r *Rule) appendID(b []byte) []byte {
	b = append(b, r.Kind...)
	for i, t := range r.Ticked {
		b = append(b, " ,"[min(i, 1)])
		b = append(append(append(b, t.Field...), ':'), t.Type...)
		if t.AsIs {
			b = append(b, '=')
		}
	}
	if r.Blanks != NoBlanks {
		b = append(append(b, ' '), r.Blanks...)
	}
	if r.Fuzzy {
		b = append(b, " near"...)
	}
	if r.Anywhere {
		b = append(b, " anywhere"...)
	}
	if r.Exact {
		b = append(b, " exact"...)
	}
	b = append(append(b, ' '), r.Region...) // also of an exact rule: plausible org numbers depend on it
	return append(b, formsVersion...)
}

var formsVersion = " v" + strconv.Itoa(FormsVersion)

// CurrentRule reports whether the ID of a rule is of the current FormsVersion.
func CurrentRule(id string) bool { return strings.HasSuffix(id, formsVersion) }

// Names returns the ticked fields' names.
func (r *Rule) Names() []string {
	names := make([]string, len(r.Ticked))
	for i, t := range r.Ticked {
		names[i] = t.Field
	}
	return names
}

// Ticks reports whether the field is one of the rule's.
func (r *Rule) Ticks(field string) bool {
	for _, t := range r.Ticked {
		if t.Field == field {
			return true
		}
	}
	return false
}

// Key is the ticked fields of a record in canonical form. A store indexes the Hash; the Text tells keys with the same hash apart.
type Key struct {
	Text string
	Hash int64
}

// hash returns the hash of a key's text, which is never 0.
func hash(text []byte) int64 { return int64(max(xxhash.Sum64(text), 1)) }

// Key returns the key of a record with these values (parentID for a contact: contacts are looked for inside their account),
// and false where the rule gives it none.
func (r *Rule) Key(parentID string, vs Values) (Key, bool) {
	return (*Cache)(nil).Key(r, parentID, vs)
}

// Blank reports whether a value counts as blank in a field of the rule: it is absent, has nothing that could be compared, or is implausible
// as a key (W7). m may be nil.
func (r *Rule) Blank(m *Cache, t Ticked, v Value) bool { return r.canonical(m, t, v) == "" }

// Canonical returns a value of a ticked field as it is compared, "" where it counts as blank.
func (r *Rule) Canonical(t Ticked, v Value) string { return r.canonical(nil, t, v) }

func (r *Rule) canonical(m *Cache, t Ticked, v Value) string {
	if v.Absent() {
		return ""
	}
	of := t.Type
	if r.Fuzzy && of == Text {
		of = likeness
	}
	if r.Exact {
		if !t.AsIs && mayBeImplausible(of, v) && m.form(of, v, r.Region).implausible {
			return ""
		}
		return Exact(t.Type, v)
	}
	form := m.form(of, v, r.Region)
	if form.implausible && !t.AsIs {
		return ""
	}
	return form.form
}

// Agrees reports whether a row and a stored record are compatible in the rule's fields: each is equal, or blank in one of them.
func (r *Rule) Agrees(row, stored Values) bool {
	for _, t := range r.Ticked {
		was, is := r.canonical(nil, t, stored.Of(t.Field)), r.canonical(nil, t, row.Of(t.Field))
		if was != "" && is != "" && was != is {
			return false
		}
	}
	return true
}

// FeedKey identifies a record that no match rule can find to later files of the same feed (W13): 128 bits of SHA-256, in hexadecimal, of the feed
// and of the row that created the record. It is stored with the record and does not change with the record's values. "" is not a key.
type FeedKey string

// NewFeedKey returns the key of a row in a feed.
func NewFeedKey(feed string, row []byte) FeedKey {
	text := make([]byte, 0, len(feed)+1+len(row))
	sum := sha256.Sum256(append(append(append(text, feed...), 0), row...))
	return FeedKey(hex.EncodeToString(sum[:16]))
}

// Hash returns what a store indexes beside the hashes of rules; false where there is no key. Two keys with one hash still differ.
func (k FeedKey) Hash() (int64, bool) {
	b, err := hex.DecodeString(string(k))
	if err != nil || len(b) < 8 {
		return 0, false
	}
	return int64(max(binary.BigEndian.Uint64(b), 1)), true
}
