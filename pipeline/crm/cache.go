package crm

import (
	"hash/maphash"

	"inlet.example/inlet/pipeline/crm/canon"
)

// Cache keeps recently made canonical forms. While a batch is matched, each value is compared by several rules and with several records, and
// looking a form up is cheaper than folding a text or parsing a phone number again. It is for one goroutine; a nil Cache keeps nothing.
type Cache struct {
	forms []memoized // by a hash of the value; of two values with one hash the later replaces the earlier
	seed  maphash.Seed
	key   []byte // buffer for the key that is being made
}

type memoized struct {
	t            Type
	region, text string
	compared
}

// compared is the form by which a value is compared.
type compared struct {
	form        string
	implausible bool // counts as blank in a key
}

// cached is a power of two, and about as many as the values of two batches of two thousand rows: 2 MB.
const cached = 32 << 10

// mostForm is the length in bytes up to which the forms of values are kept. Names and addresses are shorter; keeping long texts could take
// gigabytes.
const mostForm = 512

// NewCache returns an empty Cache.
func NewCache() *Cache { return &Cache{forms: make([]memoized, cached), seed: maphash.MakeSeed()} }

// Canonical is the function Canonical, cached.
func (m *Cache) Canonical(t Type, v Value, region string) string {
	if m == nil {
		return canonical(t, v, region)
	}
	return m.form(t, v, region).form
}

func (m *Cache) form(t Type, v Value, region string) compared {
	if m == nil || v.form != text || len(v.text) > mostForm {
		return compare(t, v, region)
	}
	of := &m.forms[(maphash.String(m.seed, v.text)+uint64(len(t)))%cached]
	if of.t != t || of.text != v.text || of.region != region {
		*of = memoized{t, region, v.text, compare(t, v, region)}
	}
	return of.compared
}

// Same is the function Same, cached.
func (m *Cache) Same(t Type, a, b Value, region string) bool {
	if a == b {
		return true
	}
	if a.form != text || b.form != text {
		return false
	}
	if t == Phone && canon.OtherPhone(a.text, b.text) {
		return false
	}
	if t.Describe().byForm {
		if form := m.Canonical(t, a, region); form != "" {
			return form == m.Canonical(t, b, region)
		}
	}
	// This includes values without a canonical form, such as a phone without a digit.
	return m.Canonical(spelling, a, "") == m.Canonical(spelling, b, "")
}

// Key is Rule.Key, cached.
func (m *Cache) Key(r *Rule, parentID string, vs Values) (Key, bool) {
	b, ok := m.write(r, parentID, vs)
	if !ok {
		return Key{}, false
	}
	return Key{Text: string(b), Hash: hash(b)}, true
}

// Text returns the text of the rule's key, even for values that the rule gives no key. It is valid until the next call.
func (m *Cache) Text(r *Rule, parentID string, vs Values) []byte {
	b, _ := m.write(r, parentID, vs)
	return b
}

// Hash returns the hash of the rule's key, 0 where there is none.
func (m *Cache) Hash(r *Rule, parentID string, vs Values) int64 {
	if b, ok := m.write(r, parentID, vs); ok {
		return hash(b)
	}
	return 0
}

// Is reports whether the rule's key has this text.
func (m *Cache) Is(r *Rule, parentID string, vs Values, text string) bool {
	b, ok := m.write(r, parentID, vs)
	return ok && string(b) == text
}

// write makes a key's text, which is valid until the next call, and reports whether the rule gives the values a key.
func (m *Cache) write(r *Rule, parentID string, vs Values) ([]byte, bool) {
	var b []byte
	if m != nil {
		b = m.key[:0]
	} else {
		b = make([]byte, 0, 128)
	}
	blanks := 0
	b = append(r.appendID(b), 0)
	if !r.Anywhere {
		b = append(b, parentID...)
	}
	b = append(b, 0)
	for _, t := range r.Ticked {
		canon := r.canonical(m, t, vs.Of(t.Field))
		if canon == "" {
			blanks++
		}
		b = append(append(b, canon...), 0)
	}
	if m != nil {
		m.key = b
	}
	switch r.Blanks {
	case NoBlanks:
		return b, blanks == 0
	case OnlyBlanks:
		return b, blanks > 0
	}
	return b, true
}
