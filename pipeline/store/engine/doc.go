// Package engine is what a database must offer to hold a store, and the few functions over it that all parts of the store use.
//
// The operations are few and small (look-up by indexed hashes, insert if absent, write where the change ID is the expected one, documents with a
// version, a range of them). Everything that must be right on every database, such as the journal, the lease and undo, is written once over these
// operations, in the packages beside this one, and an engine stays thin. This package opens no database: see sqlite and mongo.
//
// # Why Batch gives an Engine and not something smaller
//
// Tests and the daemon's metrics put a layer of their own around an engine. A layer that is an engine outside of a batch and inside is written
// once.
//
// # Errors
//
// An error that the database's environment causes (not reached, timed out, not primary, no space, read-only) is a *ledger.Temporary, one that a
// person has to remove (a wrong password, a missing right) a *ledger.Denied. A record that the database refuses for what it holds is no error
// but a Result.
package engine
