package engine

import (
	"context"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Records is the records of all kinds in a database.
type Records interface {
	Shared

	// Find returns, in any order and each once, the records of a kind that have at least one of these key hashes.
	Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error)

	// ByID returns, in any order, the records of a kind that have one of these IDs. An ID that no record has is ignored.
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)

	// Children returns how many records of a kind each of these parents has. A parent without any is left out.
	Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error)

	// Scan returns up to limit records after a position in the order of creation (Seq, then ID; Seq 0 first).
	Scan(ctx context.Context, kind crm.Kind, after Position, limit int) ([]crm.Record, error)

	// Write carries out each write whose record is as it expects, in any order, and returns a result for each. No two writes of one call name
	// the same record. A record that the database refuses for what it holds is a Result with its reason, never an error: the error would occur
	// again on each try, and keep the other records from being written.
	Write(ctx context.Context, kind crm.Kind, writes []Write) ([]Result, error)
}

// Shared is what a database that other programs write, too, must offer beside that.
type Shared interface {
	// Refresh gives key hashes to the records of a kind that have none, or have them by rules of an earlier generation, or in which another program has
	// changed since what they are made of. It returns how many. It changes nothing else of a record. A record that the database does not let be
	// changed is passed over.
	Refresh(ctx context.Context, kind crm.Kind, r Refresh) (int, error)

	// Pending says about several kinds whether Refresh would give any record keys, and whether there are records that Unreadable counts.
	Pending(ctx context.Context, asks []KindRefresh) (Pending, error)

	// Stale calls do with the records that Refresh would give key hashes, as they are, a page at a time in any order, and changes nothing.
	Stale(ctx context.Context, kind crm.Kind, r Refresh, do func([]crm.Record) error) error

	// Unreadable returns how many records of a kind there are that cannot be found, because their ID has no form in the CRM, and one such ID.
	Unreadable(ctx context.Context, kind crm.Kind) (n int, example string, err error)

	// ValueFields returns the fields by whose values records of a kind can be found that another program has written a moment ago, and that have no key
	// hashes yet: those that it has made an index of.
	ValueFields(kind crm.Kind) []string

	// ByValues returns, in any order and each once, the records of a kind that have one of these values in such a field. It may leave some out where they
	// are very many.
	ByValues(ctx context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error)
}

// OnlyInlet is part of an engine on a database that no other program writes.
type OnlyInlet struct{}

// Pending leaves it to Refresh.
func (OnlyInlet) Pending(_ context.Context, asks []KindRefresh) (Pending, error) {
	var p Pending
	for _, ask := range asks {
		p.Stale[ask.Kind.Number()] = Maybe
	}
	return p, nil
}

// StaleTerms finds none.
func (OnlyInlet) StaleTerms(context.Context, crm.Kind, []string, func([]crm.Record) error) error {
	return nil
}

// Unreadable finds none.
func (OnlyInlet) Unreadable(context.Context, crm.Kind) (n int, example string, err error) {
	return 0, "", nil
}

// ValueFields returns none.
func (OnlyInlet) ValueFields(crm.Kind) []string { return nil }

// ByValues finds nothing.
func (OnlyInlet) ByValues(context.Context, crm.Kind, string, []crm.Value) ([]crm.Record, error) {
	return nil, nil
}

// Position is a record's position in the order of creation.
type Position struct {
	Seq int64
	ID  string
}

// Keying is what key hashes are made by and of.
type Keying struct {
	Generation int64    // of the rules: it rises whenever a rule is added
	Fields     []string // that the rules are made of; the parent that a record belongs to is always one
}

// Uses reports whether key hashes are made of a field.
func (k *Keying) Uses(field string) bool { return k != nil && slices.Contains(k.Fields, field) }

// Refresh says which records are to have other key hashes, and which.
type Refresh struct {
	Keying
	For       *Keying                   // what the hashes are needed for now, of what Keying is; nil: all of it
	Hashes    func(*crm.Record) []int64 // of a record; it may be called from several goroutines
	Complete  bool                      // every record that inlet wrote has its key hashes by these rules: only other programs' writes are looked for
	KeepNewer bool                      // a record that has key hashes by a later generation keeps them
	Progress  func(done int)            // called with how many records have theirs by now; may be nil
}

// Needed returns by which generation a record must have its key hashes, and in which fields it may not have changed since, to stay as it is.
func (r *Refresh) Needed() Keying {
	if r.For != nil {
		return *r.For
	}
	return r.Keying
}

// KindRefresh is a Refresh of the records of a kind.
type KindRefresh struct {
	Kind crm.Kind
	Refresh
}

// Pending is what Refresh and Unreadable would find, by the number of a kind.
type Pending struct {
	Stale, Unreadable [len(crm.Kinds)]Doubt
}

// Doubt is what is known without looking closer.
type Doubt bool

// The doubts.
const (
	None  Doubt = false // there is no such record
	Maybe Doubt = true
)

// Write is an insert, an update or a removal of one record.
type Write struct {
	New      bool // insert; Conflict where a record with another change ID has this ID
	Remove   bool // remove, where the record has the change ID Expect and holds what Before and ParentID say and nothing else; Already where it is gone
	ID       string
	ParentID string        // of a contact
	Move     bool          // of an update: the contact goes to ParentID; else it stays in its account
	Seq      int64         // of a new record
	Form     ledger.IDForm // of the ID of a new record
	Feed     crm.FeedKey   // of a new record, which keeps it; "" for none. Its hash is one of Hashes
	Expect   int64         // an update is only made where the record has this change ID …
	Before   crm.Values    // … and these values in the fields of Set and Unset (absent ones are absent there)
	Mark     int64         // the change ID that the record has afterwards. A record that has it already is Already
	Set      crm.Values    // all values of a new record; of an update those that change
	Unset    []string      // fields that are removed
	Rekey    bool          // of an update: replace the key hashes by Hashes. A new record always gets them
	Hashes   []int64
	Keying   *Keying    // what Hashes are made by; nil: they are compared with nothing later
	Keyed    crm.Values // of an update with Rekey: the values that the record has afterwards, which Hashes are made of
	At       time.Time  // for created and modified; the same when a write is repeated
	Times    *Times     // of a new record that comes from another database; nil: both are At
}

// Result is what became of one Write.
type Result struct {
	Did Did
	Why *Unfit // of a write that was not made: what the database refuses; nil where another program wrote the record
}

// Did reports whether a Write was made.
type Did uint8

// The outcomes of a Write.
const (
	NotMade Did = iota
	Made
	MadeBefore
)

// The results. One that is NotMade may also have a reason.
var (
	Conflict = Result{Did: NotMade}    // the record is not as expected: another program wrote it, or it is gone
	Written  = Result{Did: Made}       // the record is written
	Already  = Result{Did: MadeBefore} // the record has the write's change ID: it was written before a crash
)

// Unfit is why a database refuses a record for what the record holds or would hold. The same write would be refused again.
type Unfit struct {
	Reason Reason
	Fields []string // the fields concerned, by name; nil where they are not known
	Value  string   // what the record was to have in them; of Foreign: the kind of the value that is there
	Index  string   // of Unique and Unindexed: the name of the index
	Other  string   // of Unique: the ID of the record that has the value
	Code   int      // the database's number of the error
	Most   int      // of TooLarge: how many bytes a record may have
}

// Reason is the kind of an Unfit.
type Reason uint8

// The reasons.
const (
	Forbidden  Reason = iota // by a rule of the database, such as a validator
	Unique                   // another record has the value, and an index allows it once
	Unindexed                // an index cannot hold the value
	TooLarge                 // the record is larger than the database can hold
	Unnumbered               // the application gives its records their numbers, so that a new one cannot be given an ID
	Unplaced                 // a field has no place in the records, because its name is that of an object in them
	Foreign                  // a field to be written has a value of a type that the CRM does not have, and that is not overwritten
)

// The kinds of value that Foreign names in Unfit.Value. Any other is named as the database calls it.
const (
	ForeignObject = "object"
	ForeignList   = "array"
	ForeignNaN    = "NaN"
)
