package crm

import (
	"errors"
	"strings"
)

// Person is a user of the site whom accounts may belong to. It may be named by any of its four.
type Person struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Login string `json:"login,omitempty"`
}

// String returns what the user is known by, the name first.
func (u Person) String() string {
	var words []string
	for _, s := range []string{u.Name, u.Email, u.Login, u.ID} {
		if s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(words, " ")
}

// stored is what an account's field holds of a user: the first of ID, e-mail, login and name that there is.
func (u Person) stored() Value {
	for _, s := range []string{u.ID, u.Email, u.Login, u.Name} {
		if s != "" {
			return TextValue(s)
		}
	}
	return Value{}
}

// User returns what is stored of the user whom a text names by ID, e-mail, login or unique full name, and false where it names nobody, or
// several by one name. Where the site lists no users any text is one.
func (s *Schema) User(text string) (Value, bool) {
	if len(s.users) == 0 {
		return TextValue(Trim(text)), true
	}
	var named []Person
	for _, u := range s.users {
		switch want := Trim(text); {
		case u.ID != "" && u.ID == want, sameText(u.Login, want), u.Email != "" && canonicalEmail(u.Email) == canonicalEmail(want):
			return u.stored(), true
		case sameText(u.Name, want):
			named = append(named, u)
		}
	}
	if len(named) != 1 {
		return Value{}, false
	}
	return named[0].stored(), true
}

func sameText(a, b string) bool { return a != "" && canonicalText(a) == canonicalText(b) }

// Users returns the users that the site lists.
func (s *Schema) Users() []Person { return s.users }

// With returns a schema that also knows these users, and these choices of fields by path beside those they have. An error names every
// field that cannot tell its choices apart any more.
func (s *Schema) With(users []Person, choices map[string][]Option) (*Schema, error) {
	more := &Schema{users: append(append([]Person(nil), s.users...), users...), byPath: map[string]*Field{}, headings: map[string]*Field{}}
	became := map[*Field]*Field{}
	var errs []error
	for _, f := range s.fields {
		clone := *f
		clone.Choices = AddOptions(f.Choices, choices[f.Path()]...)
		errs = append(errs, clone.apart())
		became[f] = &clone
		more.fields = append(more.fields, &clone)
		more.byPath[f.Path()] = &clone
	}
	for heading, f := range s.headings {
		more.headings[heading] = became[f]
	}
	return more, errors.Join(errs...)
}

func containsText(all []string, s string) bool {
	for _, other := range all {
		if sameText(other, s) {
			return true
		}
	}
	return false
}
