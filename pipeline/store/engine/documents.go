package engine

import "context"

// Documents are small pieces of JSON in named tables: imports, journal, leases and the like.
type Documents interface {
	// Insert adds a document and says whether it did: false where the ID exists.
	Insert(ctx context.Context, table Table, doc Doc) (bool, error)

	// Swap replaces the document of doc.ID where its version is doc.Version, and says whether it did. The version rises by one.
	Swap(ctx context.Context, table Table, doc Doc) (bool, error)

	// Delete removes the documents with these IDs. An ID that no document has is ignored.
	Delete(ctx context.Context, table Table, ids []string) error

	// Load returns the document with this ID, and whether there is one.
	Load(ctx context.Context, table Table, id string) (Doc, bool, error)

	// LoadAll returns, in any order, the documents that have one of these IDs.
	LoadAll(ctx context.Context, table Table, ids []string) ([]Doc, error)

	// WriteAll inserts documents of version 0, and replaces those of another version as Swap does, in their order, up to the first whose version is
	// another one in the database. It returns how many it has written. One that is not there is inserted whatever its version.
	WriteAll(ctx context.Context, table Table, docs []Doc) (int, error)

	// Range returns documents by their Order.
	Range(ctx context.Context, table Table, r Range) ([]Doc, error)
}

// Doc is one document.
type Doc struct {
	ID      string
	Order   string // the documents of a table are sorted by it; unique within the table
	Version int64  // 1 when inserted; counted by the engine
	Body    []byte // a JSON object, stored readable where the database can; number, text, bool, null, nested objects and lists come back equal in meaning
	Blob    []byte // bytes as they are; nil if none

	// Tags are what a document of Imports is found by, each once and in no order that means anything. Those of the other tables have none.
	Tags []string
}

// Range selects documents whose Order begins with Prefix, is greater than After and at most Until (smaller, and at least, where Down is set; an empty one
// bounds nothing), by rising (falling) Order, at most Limit of them. With Tags it selects only those that have all of these, and does not read the others.
type Range struct {
	Prefix, After, Until string
	Down                 bool
	Limit                int
	Tags                 []string
}

// Table names a set of documents.
type Table string

// The tables.
const (
	Meta    Table = "meta"    // the schema's version, running numbers, settings
	Imports Table = "imports" // one document for each import
	Journal Table = "journal" // one document for each batch, written before its records
	Rules   Table = "rules"   // the rules that records have keys for
	Leases  Table = "leases"
	Sources Table = "sources" // what was fetched, the state of the sources, their logins
	Outbox  Table = "outbox"  // notifications about imports
	Claims  Table = "claims"  // the queues of inboxes, and the processes that own claims
)

// Tagged are the tables whose documents have tags.
var Tagged = []Table{Imports}

// Tables are all of them; an engine creates them when it opens.
var Tables = []Table{Meta, Imports, Journal, Rules, Leases, Sources, Outbox, Claims}
