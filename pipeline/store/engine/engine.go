package engine

import (
	"context"

	"inlet.example/inlet/pipeline/ledger"
)

// Engine is a database that holds a store.
type Engine interface {
	Records
	Documents
	Copying
	Browsing

	// Batch runs do with an engine whose writes are one transaction where the database has transactions. Elsewhere they become visible one
	// after the other; do is written so that a crash between two of them does no harm. An error from do rolls a transaction back.
	Batch(ctx context.Context, do func(ctx context.Context, e Engine) error) error

	// Capabilities says what this database can do that not every database can.
	Capabilities() Capabilities

	// DataDir returns the folder of this host that the database's files are in; "" where a server has them.
	DataDir() string

	// Close closes all connections. Inside Batch it does nothing.
	Close(ctx context.Context) error
}

// Capabilities are what some databases offer and others do not.
type Capabilities struct {
	Native       string         // the form of documents that other programs write, too; "" where only inlet writes
	Transactions bool           // what is written in a Batch becomes visible all at once, or not at all
	NewIDs       ledger.IDForms // the forms of the IDs that its records have
}
