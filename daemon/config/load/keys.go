package load

import (
	"iter"
	"reflect"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
)

var durationType = reflect.TypeFor[time.Duration]()

// keysOf are the keys of a struct of the Config, in its order, with their types.
func keysOf(t reflect.Type) iter.Seq2[string, reflect.Type] {
	return func(yield func(string, reflect.Type) bool) {
		for f := range t.Fields() {
			if !yield(f.Tag.Get("yaml"), f.Type) {
				return
			}
		}
	}
}

func keyNames(t reflect.Type) []string {
	var names []string
	for name := range keysOf(t) {
		names = append(names, name)
	}
	return names
}

func keyType(t reflect.Type, name string) (reflect.Type, bool) {
	for known, kt := range keysOf(t) {
		if known == name {
			return kt, true
		}
	}
	return nil, false
}

// settable are the keys that a variable or a flag can set, by their paths: everything but lists of items and maps.
func settable() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	collect("", reflect.TypeFor[config.Config](), found)
	return found
}

func collect(prefix string, t reflect.Type, into map[string]reflect.Type) {
	for name, kt := range keysOf(t) {
		key := prefix + name
		switch {
		case kt.Kind() == reflect.Struct:
			collect(key+".", kt, into)
		case !inFileOnly(kt):
			into[key] = kt
		}
	}
}

// inFileOnly reports whether values of a type are too much for one line of text.
func inFileOnly(t reflect.Type) bool {
	return t.Kind() == reflect.Map || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct
}

// variable is the name of the environment variable of a key: INLET_HTTP_ADDRESS of http.address.
func variable(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// flagName is the name of the flag of a key: http-address of http.address.
func flagName(key string) string {
	return strings.NewReplacer(".", "-", "_", "-").Replace(key)
}
