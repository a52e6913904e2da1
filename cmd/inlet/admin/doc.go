// Package admin has the commands that set up and maintain a store: its fields, users, tokens and indexes, and its move to another database. config, which
// describes the configuration to editors, is with them.
//
// Imports are not its matter, and neither are sources: package source has those.
package admin
