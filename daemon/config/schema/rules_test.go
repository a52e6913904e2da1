package schema_test

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
)

// violations says where a value is not as a schema has it. It knows the words of JSON Schema that ours uses and stops at others.
func violations(at string, s map[string]any, value any) []string {
	for word := range s {
		if !slices.Contains(ruled, word) {
			panic("no rule for " + word)
		}
	}
	if !kindOf(value, s["type"]) {
		return []string{fmt.Sprintf("%s: %v is not of type %v", at, value, s["type"])}
	}
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	switch v := value.(type) {
	case string:
		if form, ok := s["pattern"].(string); ok && !compiled(form).MatchString(v) {
			say("%s has not the form %s", v, form)
		}
	case float64:
		least, most := bound(s["minimum"], -math.MaxFloat64), bound(s["maximum"], math.MaxFloat64)
		if v < least || v > most {
			say("%v is out of range", v)
		}
	case []any:
		wrong = append(wrong, itemViolations(at, s, v)...)
	case map[string]any:
		wrong = append(wrong, keyViolations(at, s, v)...)
	}
	if words, ok := s["enum"].([]any); ok && !slices.Contains(words, value) {
		say("%v is none of %v", value, words)
	}
	return wrong
}

var forms = map[string]*regexp.Regexp{} // compiling one takes longer than all the rest

func compiled(form string) *regexp.Regexp {
	if forms[form] == nil {
		forms[form] = regexp.MustCompile(form)
	}
	return forms[form]
}

var ruled = []string{
	"$schema", "title", "description", "default", "type", "enum", "pattern", "minimum", "maximum", "items", "minItems",
	"uniqueItems", "properties", "required", "minProperties", "propertyNames", "additionalProperties",
}

func itemViolations(at string, s map[string]any, items []any) []string {
	var wrong []string
	if float64(len(items)) < bound(s["minItems"], 0) {
		wrong = append(wrong, at+": too few")
	}
	for i, item := range items {
		wrong = append(wrong, violations(fmt.Sprintf("%s[%d]", at, i), s["items"].(map[string]any), item)...)
		same := func(other any) bool { return reflect.DeepEqual(item, other) }
		if s["uniqueItems"] == true && slices.ContainsFunc(items[:i], same) {
			wrong = append(wrong, at+": an item is there twice")
		}
	}
	return wrong
}

func keyViolations(at string, s map[string]any, keys map[string]any) []string {
	var wrong []string
	if float64(len(keys)) < bound(s["minProperties"], 0) {
		wrong = append(wrong, at+": too few")
	}
	required, _ := s["required"].([]any)
	for _, key := range required {
		if _, there := keys[key.(string)]; !there {
			wrong = append(wrong, fmt.Sprintf("%s: %s is missing", at, key))
		}
	}
	known, _ := s["properties"].(map[string]any)
	names, _ := s["propertyNames"].(map[string]any)
	for key, value := range keys {
		path := key
		if at != "" {
			path = at + "." + key
		}
		property, ok := known[key].(map[string]any)
		if !ok {
			property, ok = s["additionalProperties"].(map[string]any)
		}
		if !ok {
			wrong = append(wrong, path+": not known")
			continue
		}
		if names != nil {
			wrong = append(wrong, violations(at+": the name "+key, names, key)...)
		}
		wrong = append(wrong, violations(path, property, value)...)
	}
	return wrong
}

// kindOf reports whether a value is of a type of JSON Schema, or of one of several.
func kindOf(value, kinds any) bool {
	if list, ok := kinds.([]any); ok {
		return slices.ContainsFunc(list, func(kind any) bool { return kindOf(value, kind) })
	}
	switch v := value.(type) {
	case string:
		return kinds == "string"
	case bool:
		return kinds == "boolean"
	case float64:
		return kinds == "integer" && v == math.Trunc(v)
	case []any:
		return kinds == "array"
	case map[string]any:
		return kinds == "object"
	}
	return false
}

func bound(n any, without float64) float64 {
	if n, ok := n.(float64); ok {
		return n
	}
	return without
}
