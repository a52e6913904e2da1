// Package lease lets one process at a time apply imports to a store.
//
// # Why the lease compares no clocks
//
// Two hosts do not agree on the time. The owner raises the version of the lease's document; a process that waits watches that version on its own
// monotonic clock, and takes over when the version has not changed for long. The former owner finds the version of its import's checkpoint changed,
// and stops. A process on the same host that has exited is detected at once.
//
// # Why a heartbeat that fails does not end the lease
//
// A database that does not answer says nothing about who holds the lease. The checkpoints decide: each import carries the epoch of the lease it
// was last written under, and an import of a later epoch is not overwritten.
package lease
