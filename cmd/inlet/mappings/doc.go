// Package mappings has the commands with which a mapping is made: mapping with its subcommands, and template, with whose headings none is needed.
//
// The editor of mapping edit is package mappingedit; what is suggested comes from package suggest.
package mappings
