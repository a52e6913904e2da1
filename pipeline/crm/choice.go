package crm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm/canon"
)

// Option is one of the choices of a field. Records store its Value; a cell may hold any of its words.
type Option struct {
	Value   string   `json:"value"`
	SV      string   `json:"sv,omitempty"` // labels that people pick and read; may be empty
	EN      string   `json:"en,omitempty"`
	Aliases []string `json:"aliases,omitempty"` // other words that people write for it
}

// Options returns choices that have a value only.
func Options(values ...string) []Option {
	var all []Option
	for _, value := range values {
		all = append(all, Option{Value: value})
	}
	return all
}

func (o *Option) plain() bool { return o.SV == "" && o.EN == "" && len(o.Aliases) == 0 }

// MarshalJSON writes a choice without labels and aliases as its value alone, the form of stores from before there were labels.
func (o Option) MarshalJSON() ([]byte, error) {
	if o.plain() {
		return json.Marshal(o.Value)
	}
	type object Option // without this method
	return json.Marshal(object(o))
}

// UnmarshalJSON reads either form.
func (o *Option) UnmarshalJSON(data []byte) error {
	*o = Option{}
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &o.Value)
	}
	type object Option
	return json.Unmarshal(data, (*object)(o))
}

// Label returns the choice's label in a language, sv or en, or its value where it has none.
func (o *Option) Label(lang string) string {
	label := o.EN
	if lang == "sv" {
		label = o.SV
	}
	if label == "" {
		return o.Value
	}
	return label
}

// String returns the value, with the labels that differ from it in parentheses.
func (o Option) String() string {
	var labels []string
	for _, label := range []string{o.SV, o.EN} {
		if label != "" && !sameText(label, o.Value) && !containsText(labels, label) {
			labels = append(labels, label)
		}
	}
	if len(labels) == 0 {
		return o.Value
	}
	return o.Value + " (" + strings.Join(labels, "/") + ")"
}

// FormatOptions returns choices as one line of text.
func FormatOptions(all []Option) string {
	var words []string
	for _, o := range all {
		words = append(words, o.String())
	}
	return strings.Join(words, ", ")
}

// Choice returns the choice that a text means: by its value, else by a label, else by an alias, in canonical text form.
func (f *Field) Choice(text string) (Option, bool) {
	if text = Trim(text); text == "" || len(f.Choices) == 0 {
		return Option{}, false
	}
	// An exact match is what a drop-down gives, and needs no folding of every word of every choice. It cannot mean another choice: see apart.
	if o, ok := f.choice(func(word string) bool { return word == text }); ok {
		return o, true
	}
	want := canon.Text(text)
	return f.choice(func(word string) bool { return canon.Text(word) == want })
}

func (f *Field) choice(is func(word string) bool) (Option, bool) {
	for _, by := range []func(*Option) bool{
		func(o *Option) bool { return is(o.Value) },
		func(o *Option) bool { return is(o.SV) || is(o.EN) },
		func(o *Option) bool { return slices.ContainsFunc(o.Aliases, is) },
	} {
		for i := range f.Choices {
			if by(&f.Choices[i]) {
				return f.Choices[i], true
			}
		}
	}
	return Option{}, false
}

// apart refuses choices two of which could be meant by one word.
func (f *Field) apart() error {
	means := map[string]int{}
	for i, o := range f.Choices {
		for _, word := range append([]string{o.Value, o.SV, o.EN}, o.Aliases...) {
			key := canon.Text(word)
			first, taken := means[key]
			if key != "" && taken && first != i {
				return fmt.Errorf("field %s: %q is a label of both %q and %q; remove it from one of them",
					f.Path(), word, f.Choices[first].Value, o.Value)
			}
			means[key] = i
		}
	}
	return nil
}

// AddOptions returns all choices and more. A choice in both gets the new labels and the aliases that it lacks.
func AddOptions(all []Option, more ...Option) []Option {
	all = slices.Clone(all)
	for _, o := range more {
		i := slices.IndexFunc(all, func(is Option) bool { return is.Value == o.Value || sameText(is.Value, o.Value) })
		if i < 0 {
			all = append(all, o)
			continue
		}
		all[i] = all[i].with(o)
	}
	return all
}

func (o Option) with(more Option) Option {
	if more.SV != "" {
		o.SV = more.SV
	}
	if more.EN != "" {
		o.EN = more.EN
	}
	o.Aliases = slices.Clone(o.Aliases)
	for _, alias := range more.Aliases {
		if !containsText(o.Aliases, alias) {
			o.Aliases = append(o.Aliases, alias)
		}
	}
	return o
}
