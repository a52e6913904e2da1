// Package schema describes the configuration as JSON Schema, for editors that check while one types.
//
// # Why it is made from the types
//
// Keys, defaults, closed lists and forms of values come from the packages that load by them, so the schema cannot know a key that is
// refused. Only the descriptions are written here, and a test has every key have one.
package schema
