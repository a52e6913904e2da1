// Package history has the commands that show what was imported: list, show, why, audit and export.
//
// They only read, and work beside a daemon. None creates a store.
package history
