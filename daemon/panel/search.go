package panel

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/crm"
)

// query is what a person looks for, in canonical form.
type query struct {
	words []string            // each is the beginning of a word of the name
	whole map[crm.Type]string // or the whole of a number, an e-mail address or a phone number
}

// wholly are the types of fields whose whole value is compared.
var wholly = []crm.Type{crm.OrgNumber, crm.Email, crm.Phone}

func newQuery(text string) query {
	q := query{words: wordsOf(text), whole: map[crm.Type]string{}}
	for _, t := range wholly {
		if form := crm.Canonical(t, crm.TextValue(crm.Clean(t, text)), region); form != "" {
			q.whole[t] = form
		}
	}
	return q
}

// region is that of numbers that are written without one, as where a mapping says nothing else.
const region = "SE"

// wordsOf returns the words of a name in canonical form, without what stands between them.
func wordsOf(text string) []string {
	return strings.FieldsFunc(crm.Canonical(crm.Text, crm.TextValue(text), ""), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// found reports whether a record is what the person looks for.
func (q *query) found(rec *crm.Record) bool {
	if len(q.words) == 0 {
		return false
	}
	for field, t := range map[string]crm.Type{"org_number": crm.OrgNumber, "email": crm.Email, "phone": crm.Phone, "mobile": crm.Phone} {
		v := rec.Values.Of(field)
		if want := q.whole[t]; want != "" && !v.Absent() && crm.Canonical(t, v, region) == want {
			return true
		}
	}
	name := rec.Values.Of("name").String()
	if name == "" {
		name = rec.Values.Of("first_name").String() + " " + rec.Values.Of("last_name").String()
	}
	words := wordsOf(name)
	for _, begins := range q.words {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, begins) }) {
			return false
		}
	}
	return true
}

// errEnough ends a look through records.
var errEnough = errors.New("enough")

// looker looks through pages of records.
type looker struct {
	query
	room, left int
	found      []crm.Record
	stopped    bool // before the last record
}

func (l *looker) page(page []crm.Record) error {
	for i := range page {
		if l.query.found(&page[i]) {
			l.found = append(l.found, page[i])
		}
	}
	if l.left -= len(page); l.left <= 0 || len(l.found) >= l.room {
		return errEnough
	}
	return nil
}
