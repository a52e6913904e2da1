// Package source has the commands on sources: list, test, run and login.
//
// # Why run waits for a daemon
//
// The daemon puts files into the inbox, and remembers what it has seen of each: a file on a drive is taken once two polls have seen it alike. A command that
// polled beside it would do both a second time. So run leaves a request in the store, and waits for what came of it.
package source
