package schema

import (
	"maps"
	"slices"
)

// Described are the paths that the schema has something to say of.
func Described() []string { return slices.Sorted(maps.Keys(abouts)) }
