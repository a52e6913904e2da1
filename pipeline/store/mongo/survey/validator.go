package survey

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// Validator is what the rules of a collection say about what inlet writes beside the fields of a record.
type Validator struct {
	Other   bool // there are rules in another form than a schema, which are not judged
	Refused []Refusal
	Needed  []string // that a document must have, and inlet writes in none
}

// Refusal is something of inlet's own that the rules do not allow.
type Refusal struct {
	Path    string
	Type    string // that it must be allowed to have
	Time    bool   // it can be switched off
	Created bool   // of the two times it is that of creation
}

// judge compares the rules of a collection with what inlet writes.
func judge(rules bson.Raw, l *document.Layout) *Validator {
	v := &Validator{}
	elements, _ := rules.Elements()
	for _, e := range elements {
		schema, ok := e.Value().DocumentOK()
		if e.Key() != "$jsonSchema" || !ok {
			v.Other = true
			continue
		}
		for _, own := range []Refusal{{"_inlet", "object", false, false}, {l.Created(), "date", true, true}, {l.Modified(), "date", true, false}} {
			if own.Path != "" && !allows(schema, strings.Split(own.Path, "."), own.Type) {
				v.Refused = append(v.Refused, own)
			}
		}
		for _, name := range texts(schema.Lookup("required")) {
			if name != "_id" && !document.Own(name) && !l.Writes(name) {
				v.Needed = append(v.Needed, name)
			}
		}
	}
	return v
}

// allows reports whether a schema allows a value of a type at a path. Rules that are combined with others are not judged and count as allowing.
func allows(schema bson.Raw, path []string, want string) bool {
	properties, _ := schema.Lookup("properties").DocumentOK()
	of, named := properties.Lookup(path[0]).DocumentOK()
	if !named {
		more, known := schema.Lookup("additionalProperties").BooleanOK()
		return !known || more || matchesPattern(schema)
	}
	if len(path) > 1 {
		return typed(of, "object") && allows(of, path[1:], want)
	}
	return typed(of, want)
}

// matchesPattern reports whether there are patterns of names, one of which may allow a name.
func matchesPattern(schema bson.Raw) bool {
	patterns, ok := schema.Lookup("patternProperties").DocumentOK()
	return ok && len(patterns) > 5
}

func typed(schema bson.Raw, want string) bool {
	for _, key := range []string{"bsonType", "type"} {
		v := schema.Lookup(key)
		if one, ok := v.StringValueOK(); ok && one != want {
			return false
		}
		if list := texts(v); len(list) > 0 && !slices.Contains(list, want) {
			return false
		}
	}
	return true
}

// texts returns the texts of a list.
func texts(v bson.RawValue) []string {
	list, ok := v.ArrayOK()
	if !ok {
		return nil
	}
	values, _ := list.Values()
	var all []string
	for _, value := range values {
		if s, ok := value.StringValueOK(); ok {
			all = append(all, s)
		}
	}
	return all
}
