package engine

import (
	"context"
	"errors"
	"time"

	"inlet.example/inlet/pipeline/crm"
)

// Facts are what a database says about itself to a person who looks for a fault.
type Facts struct {
	Product  string             // with its version: "SQLite 3.50.4"
	Topology string             // of a server: "standalone", "replica set rs0", "sharded cluster"; "" of a file
	Layout   int                // of the tables of a file; 0 where it has none
	Newest   int                // the layout that this inlet makes; 0 of a server
	Bytes    int64              // on the disk; 0 where the server does not say
	Records  map[crm.Kind]int64 // how many there are
	Missing  []string           // tables, collections and indexes that are not there; an inlet that imports makes them
	Streams  bool               // a server that tells of changes as they are made
	Ahead    time.Duration      // by how much the clock of the server is ahead of that of this host
	Latency  time.Duration      // of one command; 0 of a file
}

// Readable are documents that can be read.
type Readable interface {
	Load(ctx context.Context, table Table, id string) (Doc, bool, error)
	LoadAll(ctx context.Context, table Table, ids []string) ([]Doc, error)
	Range(ctx context.Context, table Table, r Range) ([]Doc, error)
}

// ReadOnly is documents of which nothing is changed: each attempt is an error.
type ReadOnly struct{ Readable }

var errReadOnly = errors.New("the store was opened for reading only")

// Insert returns an error.
func (ReadOnly) Insert(context.Context, Table, Doc) (bool, error) { return false, errReadOnly }

// Swap returns an error.
func (ReadOnly) Swap(context.Context, Table, Doc) (bool, error) { return false, errReadOnly }

// Delete returns an error.
func (ReadOnly) Delete(context.Context, Table, []string) error { return errReadOnly }

// WriteAll returns an error.
func (ReadOnly) WriteAll(context.Context, Table, []Doc) (int, error) { return 0, errReadOnly }
