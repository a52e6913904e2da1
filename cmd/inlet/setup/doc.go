// Package setup makes the first configuration and the first inbox: the questions of inlet init, and the files that it writes.
//
// # Rules
//
//   - Nothing that exists is overwritten. A configuration that exists is an error; a read-me or template that exists is left as it is.
//   - The configuration is written last, and only if it can be loaded: with one, inlet is set up.
//   - Whoever has no terminal answers with flags. What is not answered has a default, so that inlet init alone is enough.
//   - A URI with a password goes into a file of its own that only its owner can read.
package setup
