// Package watcher watches inboxes and polls sources, and sends each claimed workbook on one channel. It puts the parts together and never reads
// what a workbook says.
//
//	inbox    one folder: events, scans, which file is complete, claims
//	schedule when a source is polled
//	remote   what is new at a source, put into an inbox as a person would
//
// Everything that arrives is a file in an inbox first: what a source has fetched is claimed like a file that a person has put there.
//
// # Why Arrival, Inbox and others are aliases
//
// A package imports the packages below it, so it cannot hold the types that they share. The names are here for those who use the watcher.
package watcher
