// Package cache keeps small documents of a database that this process has just read or written, so that an import does not read them again with a command
// each.
//
// # Why that is safe
//
// Every write names the version that it replaces. One that is based on a document which another process has changed meanwhile is not made; the document
// is then read from the database. So a document that is out of date can cost a command, and never a write of another process.
//
// # How long a document is kept
//
//   - Most for a second. They are read together when an arrival is taken up, and used while its import begins.
//   - Those that are changed under the lease only (the number of the last import, for example) as long as no other process has held it. While this
//     process holds the lease they cannot change.
package cache
