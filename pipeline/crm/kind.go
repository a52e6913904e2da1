package crm

// Kind is one of the two kinds of record. Orders, activities and meetings are not imported (R2).
type Kind string

// The two kinds. A contact belongs to one account.
const (
	Account Kind = "account"
	Contact Kind = "contact"
)

// Kinds are both kinds, accounts first: a contact can point at an account of the same batch.
var Kinds = [2]Kind{Account, Contact}

// Record is one account or contact as a store holds it.
type Record struct {
	Kind      Kind
	ID        string  // given by the system, never changed (R5)
	AccountID string  // of a contact
	Seq       int64   // place in the order of creation; 0 for a record that something else than inlet created
	ChangeID  int64   // of the change that last wrote it; 0 if inlet never did
	Feed      FeedKey // of the row that created it, where it is found by that (W13)
	Values    Values
	More      bool // another program keeps something in it that is no value here
}
