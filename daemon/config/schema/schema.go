package schema

import (
	"encoding/json"
	"reflect"
	"regexp"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/strictyaml"
)

// JSON is the JSON Schema (draft 2020-12) of the file, for editors that check while one types. Nothing is shared by reference, because
// editors follow references badly and the whole is small. It is made from the types
// of Config, their defaults and the lists that the checks go by. What it refuses Load refuses, but for a number in quotes
// (batch: "1000") and a word left empty (language: ""); what needs a second look at the file or the disk only Load refuses.
func JSON() []byte {
	root := schemaOf("", reflect.ValueOf(config.Default()))
	root.Dialect, root.Title = strictyaml.Dialect, "inlet.yaml"
	text, _ := json.MarshalIndent(root, "", "  ") // plain data, it has no error to give
	return append(text, '\n')
}

// textTypes are what is read as text: a number of digits needs no quotes.
var textTypes = strictyaml.Types{"string", "integer"}

// schemaOf is the schema of the value at a path, the value being its default.
func schemaOf(path string, v reflect.Value) *strictyaml.Schema {
	about := abouts[path]
	s := &strictyaml.Schema{Description: about.text, Required: about.required}
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		setDuration(s, v)
	case v.Kind() == reflect.Struct:
		setObject(s, path, v)
		s.MinProperties = about.least
		if v.Type() == reflect.TypeFor[config.Choice]() {
			s.Type = append(s.Type, textTypes...) // its value alone
		}
	case v.Kind() == reflect.Map:
		s.Type, s.Default = strictyaml.Types{"object"}, map[string]string{}
		s.Additional = &strictyaml.Schema{Type: textTypes}
		if v.Type().Elem() == reflect.TypeFor[config.Store]() {
			store := config.Default().Store
			store.URI = "" // it has no default
			s.Additional = schemaOf("store", reflect.ValueOf(store))
		}
		s.PropertyNames = &strictyaml.Schema{Type: strictyaml.Types{"string"}, Pattern: pattern(about.form)}
	case v.Kind() == reflect.Slice:
		setList(s, path, v)
		s.MinItems = about.least
	case v.Kind() == reflect.Bool:
		s.Type, s.Default = strictyaml.Types{"boolean"}, v.Bool()
	case v.Kind() == reflect.String:
		setText(s, about, v.String())
	default:
		s.Type, s.Minimum, s.Maximum, s.Default = strictyaml.Types{"integer"}, about.min, about.max, v.Int()
	}
	return s
}

func setText(s *strictyaml.Schema, about about, value string) {
	s.Type, s.Enum, s.Pattern, s.Minimum = textTypes, strictyaml.Words(about.words), pattern(about.form), about.min
	if len(s.Enum) > 0 {
		s.Type = strictyaml.Types{"string"}
	}
	if value != "" { // an empty text is a key that is not there
		s.Default = value
	}
}

// durationForm is what time.ParseDuration takes that is not less than nothing, or whole days. Of numbers 0 alone needs no unit.
var durationForm = regexp.MustCompile(`^(0|[0-9]{1,5}d|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`)

func setDuration(s *strictyaml.Schema, v reflect.Value) {
	s.Type, s.Pattern, s.Minimum, s.Maximum = textTypes, pattern(durationForm), new(int64(0)), new(int64(0))
	if length := time.Duration(v.Int()); length > 0 {
		s.Default = length.String()
	}
}

func setObject(s *strictyaml.Schema, path string, v reflect.Value) {
	s.Type, s.Additional, s.Properties = strictyaml.Types{"object"}, false, map[string]*strictyaml.Schema{}
	for f, value := range v.Fields() {
		key := f.Tag.Get("yaml")
		child := key
		if path != "" {
			child = path + "." + key
		}
		s.Properties[key] = schemaOf(child, value)
	}
}

func setList(s *strictyaml.Schema, path string, v reflect.Value) {
	s.Type, s.Default = strictyaml.Types{"array"}, v.Interface()
	if v.Len() == 0 {
		s.Default = []string{}
	}
	elem := v.Type().Elem()
	s.UniqueItems = elem.Kind() == reflect.String || elem == reflect.TypeFor[config.Choice]() // two users may be equal in every key
	item := reflect.Zero(v.Type().Elem())
	if preset, ok := config.ItemDefault(item.Type()); ok {
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
