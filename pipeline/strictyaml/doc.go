// Package strictyaml reads the YAML that people write by hand, the configuration and mappings, and describes the same keys as JSON Schema.
//
// It gives the one document of a file as a tree of nodes that know their line and column. It knows no key and prints no message: what a key
// means, and how a mistake is worded, is for the package that reads the file.
//
// # Why the file is walked node by node
//
// Decoding into a struct stops at the first mistake and forgets where things stood. A person who corrects a file wants every mistake at
// once, each with its line.
//
// # Why tokens are checked before the file is parsed
//
// The parser calls itself once per level of nesting, and a stack that overflows cannot be recovered from. Aliases could make a small file
// expand without end. Both are found in the list of tokens, which costs no more than the length of the file.
//
// # Why Parse recovers from a panic
//
// A broken file is a typing error. No version of the parser should turn one into a crash of the daemon.
package strictyaml
