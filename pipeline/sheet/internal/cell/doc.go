// Package cell holds the nouns that package sheet and its children share: cells, rows, number formats, references, limits.
//
// Package sheet imports all of its children, so what they have in common cannot be declared there; it gives aliases.
package cell
