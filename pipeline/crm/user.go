package crm

import (
	"errors"
	"strings"

	"inlet.example/inlet/pipeline/crm/canon"
)

// Person is a user of the site, who may be an account's manager. Any of the four fields may identify the user in a cell.
type Person struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Login string `json:"login,omitempty"`
}

// String returns the fields that are set, the name first.
func (u Person) String() string {
	var words []string
	for _, s := range []string{u.Name, u.Email, u.Login, u.ID} {
		if s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(words, " ")
}

// stored returns the value that records keep for the user: the first of ID, e-mail, login and name that is set.
func (u Person) stored() Value {
	for _, s := range []string{u.ID, u.Email, u.Login, u.Name} {
		if s != "" {
			return TextValue(s)
		}
	}
	return Value{}
}

// User returns the stored value of the user with this ID, e-mail, login or unique full name; false where there is none, or several with the name.
// Where the site lists no users, any text is accepted.
func (s *Schema) User(text string) (Value, bool) {
	if len(s.users) == 0 {
		return TextValue(Trim(text)), true
	}
	var named []Person
	for _, u := range s.users {
		switch want := Trim(text); {
		case u.ID != "" && u.ID == want, sameText(u.Login, want), u.Email != "" && sameEmail(u.Email, want):
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

func sameEmail(a, b string) bool {
	return canonical(Email, TextValue(a), "") == canonical(Email, TextValue(b), "")
}

func sameText(a, b string) bool { return a != "" && canon.Text(a) == canon.Text(b) }

// Users returns the users that the site lists.
func (s *Schema) Users() []Person { return s.users }

// With returns a schema with more users, and with more choices for fields by path. The error lists every field in which a word would mean two
// choices.
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
