package strictyaml

import "encoding/json"

// Dialect is the version of JSON Schema that a root schema names.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is a JSON Schema: what one value of a file may be. The keywords are those that the files of inlet need.
type Schema struct {
	Dialect       string             `json:"$schema,omitempty"`
	Title         string             `json:"title,omitempty"`
	Description   string             `json:"description,omitempty"`
	Ref           string             `json:"$ref,omitempty"`
	Deprecated    bool               `json:"deprecated,omitempty"`
	Type          Types              `json:"type,omitempty"`
	Const         any                `json:"const,omitempty"`
	Enum          []any              `json:"enum,omitempty"`
	Pattern       string             `json:"pattern,omitempty"`
	Minimum       *int64             `json:"minimum,omitempty"`
	Maximum       *int64             `json:"maximum,omitempty"`
	Default       any                `json:"default,omitempty"`
	AnyOf         []*Schema          `json:"anyOf,omitempty"`
	Items         *Schema            `json:"items,omitempty"`
	MinItems      int                `json:"minItems,omitempty"`
	UniqueItems   bool               `json:"uniqueItems,omitempty"`
	Properties    map[string]*Schema `json:"properties,omitempty"`
	Required      []string           `json:"required,omitempty"`
	MinProperties int                `json:"minProperties,omitempty"`
	MaxProperties int                `json:"maxProperties,omitempty"`
	PropertyNames *Schema            `json:"propertyNames,omitempty"`
	Additional    any                `json:"additionalProperties,omitempty"` // false, or a *Schema
	Defs          map[string]*Schema `json:"$defs,omitempty"`
}

// Types are the types that a value may have. A single one is written as most editors know it, without a list.
type Types []string

// MarshalJSON writes a single type without a list.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// About sets the description, which editors show.
func (s *Schema) About(description string) *Schema {
	s.Description = description
	return s
}

// Object is a map with these keys and no others.
func Object(description string, properties map[string]*Schema) *Schema {
	return &Schema{Type: Types{"object"}, Description: description, Properties: properties, Additional: false}
}

// OneOf is one word of a closed list.
func OneOf(description string, words ...string) *Schema {
	return &Schema{Enum: Words(words), Description: description}
}

// Words are the words of a closed list as values of an enum.
func Words(words []string) []any {
	var all []any
	for _, word := range words {
		all = append(all, word)
	}
	return all
}

// ListOf is a list of items.
func ListOf(item *Schema) *Schema { return &Schema{Type: Types{"array"}, Items: item} }

// AnyOf is a value that fits at least one of the schemas.
func AnyOf(schemas ...*Schema) *Schema { return &Schema{AnyOf: schemas} }

// ListOrOne is a list of items, or one item instead of a list of one.
func ListOrOne(item *Schema) *Schema { return AnyOf(item, ListOf(item)) }
