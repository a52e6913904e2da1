package crm

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
	"inlet.example/inlet/pipeline/crm/canon"
)

// Field is one field of one kind.
type Field struct {
	Kind     Kind     `json:"kind"`
	Name     string   `json:"name"` // "zip", or "custom.level" for the site's own
	Type     Type     `json:"type"`
	SV       string   `json:"sv,omitempty"` // the heading of the template; unique
	EN       string   `json:"en,omitempty"`
	Synonyms []string `json:"synonyms,omitempty"` // other headings for the field
	Choices  []Option `json:"choices,omitempty"`  // of Choice and Choices; none: anything goes
	readable string   // the heading where it has no label: its name as people write it; "" where that is another field's
}

// Path is the field as a sidecar writes it: "account.zip".
func (f *Field) Path() string { return f.Kind.Path(f.Name) }

// Multi reports whether the field holds a list.
func (f *Field) Multi() bool { return f.Type.Describe().Multi }

// Schema is every field of every kind: the built-in ones and the site's own. It is immutable.
type Schema struct {
	fields   []*Field // as the template has them: accounts first, custom fields last of their kind
	byPath   map[string]*Field
	headings map[string]*Field
	users    []Person
}

// system are the fields that only the store writes (F7).
var system = []string{"created", "modified", "import", "seq", "mark"}

// System reports whether a path is that of a field that no mapping may write (F7).
func System(path string) bool {
	_, name, _ := strings.Cut(path, ".")
	return slices.Contains(system, name)
}

var customName = regexp.MustCompile(`^custom\.[a-z][a-z0-9_]{0,62}$`)

// NewSchema returns the built-in fields (section 15) and the site's own. The error lists every own field that is not valid.
func NewSchema(own ...Field) (*Schema, error) {
	s := &Schema{byPath: map[string]*Field{}, headings: map[string]*Field{}}
	var errs []error
	for _, kind := range Kinds {
		for _, f := range builtin {
			if f.Kind == kind {
				s.add(f)
			}
		}
		for _, f := range own {
			if f.Kind == kind {
				errs = append(errs, s.addOwn(f))
			}
		}
	}
	// A heading of the template takes precedence over a synonym: "Telefon" is the account's phone.
	for _, f := range s.fields {
		for _, synonym := range f.Synonyms {
			if key := Heading(synonym); s.headings[key] == nil {
				s.headings[key] = f
			}
		}
	}
	for _, f := range s.fields {
		if key := Heading(f.words()); s.headings[key] == nil {
			s.headings[key], f.readable = f, f.words()
		}
	}
	return s, errors.Join(errs...)
}

func (s *Schema) addOwn(f Field) error {
	if !customName.MatchString(f.Name) {
		return fmt.Errorf("field %s is not valid: a custom field is named custom.x, with lower-case letters, digits and _ for x", f.Path())
	}
	if s.byPath[f.Path()] != nil {
		return fmt.Errorf("field %s is defined twice", f.Path())
	}
	for _, label := range []string{f.SV, f.EN} {
		if other := s.headings[Heading(label)]; label != "" && other != nil && other.Path() != f.Path() {
			return fmt.Errorf("field %s: the heading %q is already that of %s", f.Path(), label, other.Path())
		}
	}
	s.add(f)
	return f.apart()
}

func (s *Schema) add(f Field) {
	s.fields = append(s.fields, &f)
	s.byPath[f.Path()] = &f
	for _, label := range []string{f.SV, f.EN, f.Path()} {
		if key := Heading(label); key != "" && s.headings[key] == nil {
			s.headings[key] = &f
		}
	}
}

// Fields returns every field in the order of the template.
func (s *Schema) Fields() []*Field { return s.fields }

// Paths returns the paths of the fields.
func (s *Schema) Paths() []string {
	var all []string
	for _, f := range s.fields {
		all = append(all, f.Path())
	}
	return all
}

// Field returns the field that a sidecar names, or nil.
func (s *Schema) Field(path string) *Field { return s.byPath[path] }

// ByHeading returns the field for a heading (R3), which is its label in either language, its path, or a synonym; nil where there is none.
func (s *Schema) ByHeading(heading string) *Field { return s.headings[Heading(heading)] }

// Heading returns the form in which headings are compared: case, white space, dots and hyphens are ignored.
func Heading(s string) string {
	return strings.Map(func(r rune) rune {
		if canon.Blank(r) || r == '.' || r == '-' || r == '\u2010' || r == '\u2011' || r == '\u2013' || r == '\u00ad' {
			return -1
		}
		return r
	}, canon.Text(norm.NFC.String(s)))
}

// words returns the name of one of the site's own fields as people write it: "Customer since" for custom.customer_since.
func (f *Field) words() string {
	name := strings.ReplaceAll(strings.TrimPrefix(f.Name, "custom."), "_", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// Label returns the field's heading in a language, sv or en. A field without one in that language has the other's, and one without any its name in words,
// or its path where those words mean another field.
func (f *Field) Label(lang string) string {
	if lang == "sv" {
		return cmp.Or(f.SV, f.EN, f.readable, f.Path())
	}
	return cmp.Or(f.EN, f.SV, f.readable, f.Path())
}
