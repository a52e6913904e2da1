// Package assembly turns a configuration into the parts that import: the store with its database engine, the pipeline into it, the watcher's
// inboxes and sources, and the jobs of claimed and held workbooks.
//
// It starts nothing that keeps running, and it reads no configuration files: that is daemon and daemon/config.
//
// # Why a package of its own
//
// The daemon and the commands need the same parts, and a command needs nothing else of the daemon. It is also the only place where an engine
// (SQLite, MongoDB) is chosen: everything else sees a store.
package assembly
