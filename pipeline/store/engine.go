package store

import (
	"context"
	"time"

	"inlet.example/inlet/pipeline/crm"
)

// Engine is what a database must offer. Errors that are the world's (not reached, timed out, not primary, no space, read-only) are a
// ledger.Temporary. It is kept to a few primitives, so that the journal, marks, leases and everything else
// that must be right is written once, in this package, and an engine stays thin.
type Engine interface {
	Records
	Documents

	// Batch runs do with an engine whose writes are one transaction where the database has them for us, and otherwise become
	// visible one after the other; what do writes is made to stand a crash in between. An error from do takes a transaction back.
	Batch(ctx context.Context, do func(ctx context.Context, e Engine) error) error

	// Close lets go of the database.
	Close(ctx context.Context) error
}

// Records is the accounts and contacts of an engine.
type Records interface {
	// Find returns, in any order and each once, the records of a kind that carry at least one of these key hashes.
	Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error)

	// ByID returns, in any order, the records of a kind that have one of these IDs. IDs there are none of are passed over.
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)

	// Contacts returns how many contacts each of these accounts has. An account that has none is left out.
	Contacts(ctx context.Context, accounts []string) (map[string]int, error)

	// Scan returns up to limit records behind a place in the order of creation (Seq, then ID; Seq 0 first).
	Scan(ctx context.Context, kind crm.Kind, after Place, limit int) ([]crm.Record, error)

	// Unkeyed returns up to limit records that something else than inlet wrote and Rekey has not seen yet.
	Unkeyed(ctx context.Context, kind crm.Kind, limit int) ([]crm.Record, error)

	// Rekey replaces the key hashes of records, whatever their mark. It changes nothing else of them.
	Rekey(ctx context.Context, kind crm.Kind, keyed []Keyed) error

	// Write carries out each write whose record is as it expects, in any order, and says for each what became of it.
	// No two writes of one call name the same record. A record that the database does not take for what it holds is a Result with its reason,
	// never an error: that would come again for ever, and keep the other records from being written.
	Write(ctx context.Context, kind crm.Kind, writes []Write) ([]Result, error)
}

// Place is where a record stands in the order of creation.
type Place struct {
	Seq int64
	ID  string
}

// Keyed is a record's ID with the key hashes it is to be found by.
type Keyed struct {
	ID     string
	Hashes []int64
}

// Write is what is to become of one record.
type Write struct {
	New       bool // insert; Refused where the ID is taken by a record with another mark
	Remove    bool // take away, where the record carries Expect and holds what Before and AccountID say and nothing else; gone is Already
	ID        string
	AccountID string      // of a contact
	Move      bool        // an update: the contact goes to AccountID; else it stays where it is
	Seq       int64       // of a new record
	Feed      crm.FeedKey // of a new record, which keeps it; "" for none. Its hash is one of Hashes
	Expect    int64       // an update is only made where the record carries this mark …
	Before    crm.Values  // … and has these values in the fields of Set and Unset (absent ones are absent there)
	Mark      int64       // the record carries it afterwards. A record that carries it already is Already
	Set       crm.Values  // all values of a new record; of an update those that change
	Unset     []string    // fields that go
	Rekey     bool        // an update: replace the key hashes by Hashes. A new record always gets them
	Hashes    []int64
	At        time.Time // for created and modified; the same when a write is repeated
}

// Result is what became of one Write.
type Result struct {
	Did Did
	Why *Unfit // of a Refused one: what of the record the database does not take; nil where somebody else wrote the record
}

// Did says whether a Write was made.
type Did uint8

// The ways a Write may end.
const (
	NotMade Did = iota
	Made
	MadeBefore
)

// The results. One that is NotMade may also have a reason.
var (
	Refused = Result{Did: NotMade} // the record is not as expected: somebody else wrote it, or it is gone
	Written = Result{Did: Made}
	Already = Result{Did: MadeBefore} // the record carries the write's mark: it was made before a crash
)

// Unfit is why a database does not take a record for what the record holds, or will hold. The same write would be refused again.
type Unfit struct {
	Reason Reason
	Fields []string // that the reason is about, by name; nil where it is not known
	Value  string   // what the record was to have in them, or Foreign: what kind of value stands there
	Index  string   // Unique, Unindexed: the name of the index
	Other  string   // Unique: the ID of the record that has the value
	Code   int      // the database's number of the error
	Most   int      // TooLarge: how many bytes a record may have
}

// Reason is the kind of an Unfit.
type Reason uint8

// The reasons.
const (
	Forbidden Reason = iota // by a rule of the database, such as a validator
	Unique                  // another record has the value, and an index allows it once
	Unindexed               // an index cannot hold the value
	TooLarge                // the record is larger than the database can hold
	Foreign                 // in a field that is written stands what has no form in the CRM, and is not written over
)

// Documents are small pieces of JSON in named tables: imports, journal, leases and the like.
type Documents interface {
	// Insert adds a document and says whether it did: false where the ID is there already.
	Insert(ctx context.Context, table Table, doc Doc) (bool, error)

	// Swap replaces the document of doc.ID where its version is doc.Version, and says whether it did. The version rises by one.
	Swap(ctx context.Context, table Table, doc Doc) (bool, error)

	// Load returns the document and whether there is one.
	Load(ctx context.Context, table Table, id string) (Doc, bool, error)

	// Range returns documents by their Order.
	Range(ctx context.Context, table Table, r Range) ([]Doc, error)
}

// Doc is one document.
type Doc struct {
	ID      string
	Order   string // place within the table, unique there
	Version int64  // 1 when inserted; counted by the engine
	Body    []byte // a JSON object, kept readable where the database can; number, text, bool, null, nested objects and lists come back equal in meaning
	Blob    []byte // bytes as they are; nil if none
}

// Range picks documents whose Order begins with Prefix and is greater than After (smaller, where Down is set and After is not
// empty), by rising (falling) Order, at most Limit of them.
type Range struct {
	Prefix, After string
	Down          bool
	Limit         int
}

// Table names a set of documents.
type Table string

// The tables.
const (
	Meta    Table = "meta"    // the schema's version, running numbers
	Imports Table = "imports" // one document an import
	Journal Table = "journal" // one document a batch, written before its records
	Rules   Table = "rules"   // the rules that records carry keys for
	Leases  Table = "leases"
	Sources Table = "sources" // what was fetched, how they stand, their logins
	Outbox  Table = "outbox"  // what is to be told of imports
)

// Tables are all of them; an engine makes them when it opens.
var Tables = []Table{Meta, Imports, Journal, Rules, Leases, Sources, Outbox}
