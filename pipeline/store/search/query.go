package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/crm"
)

// region is that of numbers that are written without one, as where a mapping says nothing else.
const region = "SE"

// wholly are the fields of which the whole value is a term.
var wholly = map[string]crm.Type{"org_number": crm.OrgNumber, "email": crm.Email, "phone": crm.Phone, "mobile": crm.Phone}

// Fields are those that terms are made of.
var Fields = []string{"name", "first_name", "last_name", "org_number", "email", "phone", "mobile"}

// Terms returns what a record is found by.
func Terms(rec *crm.Record) []string {
	const most, longest = 30, 100 // terms, and bytes of one
	terms := wordsOf(nameOf(rec))
	for field, t := range wholly {
		if v := rec.Values.Of(field); !v.Absent() {
			terms = append(terms, crm.Canonical(t, v, region))
		}
	}
	terms = slices.DeleteFunc(terms, func(term string) bool { return term == "" || len(term) > longest })
	slices.Sort(terms)
	terms = slices.Compact(terms)
	return terms[:min(len(terms), most)]
}

// from returns the values that the terms of a record are made of.
func from(rec *crm.Record) crm.Values {
	var all crm.Values
	for _, field := range Fields {
		if v := rec.Values.Of(field); !v.Absent() {
			all.Set(field, v)
		}
	}
	return all
}

func nameOf(rec *crm.Record) string {
	if name := rec.Values.Of("name").String(); name != "" {
		return name
	}
	return rec.Values.Of("first_name").String() + " " + rec.Values.Of("last_name").String()
}

// wordsOf returns the words of a name in canonical form, without what stands between them.
func wordsOf(text string) []string {
	return strings.FieldsFunc(crm.Canonical(crm.Text, crm.TextValue(text), ""), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// query is what a person looks for, in canonical form.
type query struct {
	words  []string // each is the beginning of a word of the name, the longest first
	values []string // or one of these is the beginning of a number, an e-mail address or a phone number
}

func newQuery(text string) query {
	q := query{words: wordsOf(text)}
	slices.SortStableFunc(q.words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, t := range wholly {
		q.values = append(q.values, crm.Canonical(t, crm.TextValue(crm.Clean(t, text)), region))
	}
	q.values = append(q.values, beginnings(text)...)
	slices.Sort(q.values)
	q.values = slices.Compact(slices.DeleteFunc(q.values, func(v string) bool { return v == "" }))
	return q
}

// beginnings returns what the canonical form of a value may begin with of which a person has written a part.
func beginnings(text string) []string {
	const least = 3 // digits
	text = strings.ToLower(strings.TrimSpace(text))
	if strings.Contains(text, "@") {
		return []string{text}
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if len(digits) < least || strings.ContainsFunc(text, unicode.IsLetter) {
		return nil
	}
	switch {
	case strings.HasPrefix(text, "+"):
		return []string{"+" + digits}
	case strings.HasPrefix(digits, "00"):
		return []string{"+" + digits[2:]}
	case strings.HasPrefix(digits, "0"):
		return []string{"+46" + digits[1:], digits}
	}
	return []string{digits}
}

// finds reports whether a record is what the person looks for.
func (q query) finds(rec *crm.Record) bool {
	for field, t := range wholly {
		v := rec.Values.Of(field)
		if v.Absent() {
			continue
		}
		is := crm.Canonical(t, v, region)
		if is != "" && slices.ContainsFunc(q.values, func(begins string) bool { return strings.HasPrefix(is, begins) }) {
			return true
		}
	}
	if len(q.words) == 0 {
		return false
	}
	words := wordsOf(nameOf(rec))
	for _, begins := range q.words {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, begins) }) {
			return false
		}
	}
	return true
}
