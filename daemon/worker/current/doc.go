// Package current is what others may know of the import that a worker is at: how far it is, whether it still makes progress, and that a person wants it
// cancelled.
//
// It is written by the worker and read by the pages, the watchdog and the API at any time, so everything in it may be called from several goroutines. How an
// import is carried out is in package worker.
//
// # Why a heartbeat is not any answer of the store
//
// The pages ask the store too, and would hide an import that hangs. Only operations with the context of the import count; see Heartbeat.Follow.
package current
