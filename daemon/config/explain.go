package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Origin is where a key was set.
type Origin struct {
	File  string // of the configuration, or InEnvironment or InFlags
	Line  int
	Label string // the variable or the flag
}

// Origins are where the keys were set that do not have their defaults.
type Origins map[string]Origin

// Of returns where a key was set, and whether it was. A value may come from the file that another key names.
func (o Origins) Of(key string) (Origin, bool) {
	for _, name := range []string{key, key + "_file"} {
		if at, ok := o[name]; ok {
			return at, true
		}
	}
	return Origin{}, false
}

// Setting is one value of a configuration, for people to look at.
type Setting struct {
	Key, Value string
	Set        bool // otherwise it is the default
	Origin     Origin
}

// Explain returns the values of a configuration with where they were set, without its secrets. What is empty and was not set is left out.
func Explain(c *Config, o Origins) []Setting {
	e := explainer{origins: o}
	e.value("", reflect.ValueOf(c.WithoutSecrets()))
	return e.all
}

type explainer struct {
	origins Origins
	all     []Setting
}

// value adds what stands at a key.
func (e *explainer) value(key string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Struct:
		for f, field := range v.Fields() {
			name := f.Tag.Get("yaml")
			if key != "" {
				name = key + "." + name
			}
			e.value(name, field)
		}
	case v.Kind() == reflect.Slice && ofStructs(v.Type()):
		for i := range v.Len() {
			e.value(fmt.Sprintf("%s[%d]", key, i), v.Index(i))
		}
	case v.Kind() == reflect.Map && ofStructs(v.Type()):
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, name := range keys {
			e.value(key+"."+name.String(), v.MapIndex(name))
		}
	default:
		at, set := e.origins.Of(key)
		if text := textOf(v); text != "" || set {
			e.all = append(e.all, Setting{Key: key, Value: text, Set: set, Origin: at})
		}
	}
}

func ofStructs(t reflect.Type) bool { return t.Elem().Kind() == reflect.Struct }

const day = 24 * time.Hour

// textOf returns a value as a person would write it; "" for nothing.
func textOf(v reflect.Value) string {
	switch is := v.Interface().(type) {
	case time.Duration:
		if is == 0 {
			return ""
		}
		if is%day == 0 {
			return fmt.Sprintf("%dd", is/day)
		}
		return is.String()
	case map[string]string:
		var all []string
		for _, name := range slices.Sorted(maps.Keys(is)) {
			all = append(all, name+": "+is[name])
		}
		return strings.Join(all, ", ")
	case []string:
		return strings.Join(is, ", ")
	}
	if v.Kind() == reflect.Slice {
		var all []string
		for i := range v.Len() {
			all = append(all, textOf(v.Index(i)))
		}
		return strings.Join(all, "; ")
	}
	if v.IsZero() && v.Kind() != reflect.Bool {
		return ""
	}
	return fmt.Sprint(v.Interface())
}
