package schema

import (
	"maps"
	"slices"
)

// Described are the paths that the schema has something to say about.
func Described() []string { return slices.Sorted(maps.Keys(abouts)) }
