// Package audited keeps in the audit of a store who runs a command.
//
// The pages write to the same audit by the name of a login. A command has none, so whoever runs it is named as user@host.
package audited
