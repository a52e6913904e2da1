package config

import (
	"encoding/json"
	"reflect"
	"regexp"
	"time"
)

// Schema is the JSON Schema (draft 2020-12) of the file, for editors that check while one types. It is made from the types
// of Config, their defaults and the lists that the checks go by. What it refuses Load refuses, but for a number in quotes
// (batch: "1000") and a word left empty (language: ""); what needs a second look at the file or the disk only Load refuses.
func Schema() []byte {
	root := schemaOf("", reflect.ValueOf(Default()))
	root.Dialect, root.Title = "https://json-schema.org/draft/2020-12/schema", "inlet.yaml"
	text, _ := json.MarshalIndent(root, "", "  ") // plain data, it has no error to give
	return append(text, '\n')
}

// schema is one value of the file. Nothing is shared by reference: editors follow references badly, and the whole is small.
type schema struct {
	Dialect       string             `json:"$schema,omitempty"`
	Title         string             `json:"title,omitempty"`
	Description   string             `json:"description,omitempty"`
	Type          types              `json:"type"`
	Enum          []string           `json:"enum,omitempty"`
	Pattern       string             `json:"pattern,omitempty"`
	Minimum       *int64             `json:"minimum,omitempty"`
	Maximum       *int64             `json:"maximum,omitempty"`
	Default       any                `json:"default,omitempty"`
	Items         *schema            `json:"items,omitempty"`
	MinItems      int                `json:"minItems,omitempty"`
	UniqueItems   bool               `json:"uniqueItems,omitempty"`
	Properties    map[string]*schema `json:"properties,omitempty"`
	Required      []string           `json:"required,omitempty"`
	MinProperties int                `json:"minProperties,omitempty"`
	PropertyNames *schema            `json:"propertyNames,omitempty"`
	Additional    any                `json:"additionalProperties,omitempty"` // false, or a *schema
}

// types is the kinds of value that may stand in a place. One alone is written as most editors know it, without a list.
type types []string

func (t types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// textTypes are what is read as text: a number of digits needs no quotes.
var textTypes = types{"string", "integer"}

// schemaOf is the schema of the value at a path, the value being its default.
func schemaOf(path string, v reflect.Value) *schema {
	about := abouts[path]
	s := &schema{Description: about.text, Required: about.required}
	switch {
	case v.Type() == durationType:
		s.setDuration(v)
	case v.Kind() == reflect.Struct:
		s.setObject(path, v)
		s.MinProperties = about.least
		if v.Type() == choiceType {
			s.Type = append(s.Type, textTypes...) // its value alone
		}
	case v.Kind() == reflect.Map:
		s.Type, s.Default = types{"object"}, map[string]string{}
		s.Additional = &schema{Type: textTypes}
		s.PropertyNames = &schema{Type: types{"string"}, Pattern: pattern(about.form)}
	case v.Kind() == reflect.Slice:
		s.setList(path, v)
		s.MinItems = about.least
	case v.Kind() == reflect.Bool:
		s.Type, s.Default = types{"boolean"}, v.Bool()
	case v.Kind() == reflect.String:
		s.setText(about, v.String())
	default:
		s.Type, s.Minimum, s.Maximum, s.Default = types{"integer"}, about.min, about.max, v.Int()
	}
	return s
}

func (s *schema) setText(about about, value string) {
	s.Type, s.Enum, s.Pattern, s.Minimum = textTypes, about.words, pattern(about.form), about.min
	if len(s.Enum) > 0 {
		s.Type = types{"string"}
	}
	if value != "" { // an empty text is a key that is not there
		s.Default = value
	}
}

// durationForm is what time.ParseDuration takes that is not less than nothing. Of numbers 0 alone needs no unit.
var durationForm = regexp.MustCompile(`^(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`)

func (s *schema) setDuration(v reflect.Value) {
	s.Type, s.Pattern, s.Minimum, s.Maximum = textTypes, pattern(durationForm), number(0), number(0)
	if length := time.Duration(v.Int()); length > 0 {
		s.Default = length.String()
	}
}

func (s *schema) setObject(path string, v reflect.Value) {
	s.Type, s.Additional, s.Properties = types{"object"}, false, map[string]*schema{}
	for f, value := range v.Fields() {
		key := f.Tag.Get("yaml")
		s.Properties[key] = schemaOf(join(path, key), value)
	}
}

func (s *schema) setList(path string, v reflect.Value) {
	s.Type, s.Default = types{"array"}, v.Interface()
	if v.Len() == 0 {
		s.Default = []string{}
	}
	elem := v.Type().Elem()
	s.UniqueItems = elem.Kind() == reflect.String || elem == choiceType // two users may be told apart by nothing
	item := reflect.Zero(v.Type().Elem())
	if preset, ok := itemDefault(item.Type()); ok {
		item = reflect.ValueOf(preset)
	}
	s.Items = schemaOf(path+"[]", item)
}

func pattern(form *regexp.Regexp) string {
	if form == nil {
		return ""
	}
	return form.String()
}

func number(n int64) *int64 { return &n }
