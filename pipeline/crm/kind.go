package crm

import "strings"

// Kind is a kind of record. Its text is the name of the kind in stored documents, mappings and commands, and of a table in SQL, so it is not one of
// SQL's keywords. The table kinds describes it.
type Kind string

// The kinds. Orders, activities and meetings are not imported (R2).
const (
	Account Kind = "account"
	Contact Kind = "contact"
)

// Top is the kind that a row without a part of it takes from the nearest row above, where the mapping says so (fill_down).
const Top = Account

// Kinds are all kinds, each behind its parent, so that a record can point at a parent of the same batch.
var Kinds = [...]Kind{Account, Contact}

// Managed is the kind whose records have an account manager, the field account_manager.
const Managed = Account

// kinds describes each kind, in the order of Kinds. A kind is added here and in Kinds, and its fields in the schema.
var kinds = [len(Kinds)]struct {
	kind, parent                Kind
	plural, parentField, letter string
	noun, nouns                 string
	required, nameParts         []string
	requiredWords               string
	identifier, identifierWords string
}{
	{kind: Account, plural: "accounts", letter: "A", noun: "company", nouns: "companies",
		required: []string{"name"}, requiredWords: "a name", identifier: "org_number", identifierWords: "org number"},
	{kind: Contact, plural: "contacts", letter: "C", noun: "contact", nouns: "contacts", parent: Account, parentField: "account_id",
		required: []string{"name", "email"}, requiredWords: "a name or an e-mail address", nameParts: []string{"first_name", "last_name"},
		identifier: "email", identifierWords: "e-mail address"},
}

// Number returns the place of the kind in Kinds. Stored IDs and marks depend on it, so it never changes. It panics for an unknown kind.
func (k Kind) Number() int {
	for i := range kinds {
		if kinds[i].kind == k {
			return i
		}
	}
	panic("there is no kind " + string(k))
}

// Plural returns the English word for several records of the kind. The word for one is its name.
func (k Kind) Plural() string { return kinds[k.Number()].plural }

// Parent returns the kind of the record that each record of this kind belongs to; "" where it belongs to none.
func (k Kind) Parent() Kind { return kinds[k.Number()].parent }

// Required returns the fields of which each record has at least one. Rows whose keys identify nothing are compared by them, too (A8, C9).
func (k Kind) Required() []string { return kinds[k.Number()].required }

// NameParts returns the fields that the name is made of where no column holds the name itself; nil where it is never made of parts.
func (k Kind) NameParts() []string { return kinds[k.Number()].nameParts }

// ParentField returns the name under which stored and exported records have the ID of their parent: "account_id". It is "" for a kind without one.
func (k Kind) ParentField() string { return kinds[k.Number()].parentField }

// Letter returns the letter that the rows of the decision table about the kind begin with: "A" of A5. Changes carry the names of these rows.
func (k Kind) Letter() string { return kinds[k.Number()].letter }

// DecidedBy returns the kind that a row of the decision table is about; "" if it is about all (F6, W12).
func DecidedBy(row string) Kind {
	for i := range kinds {
		if strings.HasPrefix(row, kinds[i].letter) {
			return kinds[i].kind
		}
	}
	return ""
}

// Nouns return the English words for one record of the kind and for several, as the pages use them: people speak of companies, not of accounts.
func (k Kind) Nouns() (one, several string) { return kinds[k.Number()].noun, kinds[k.Number()].nouns }

// RequiredWords returns the Required fields in English: "a name or an e-mail address".
func (k Kind) RequiredWords() string { return kinds[k.Number()].requiredWords }

// Identifier returns the field that tells two records of the kind apart better than their names, and what it is called in English.
func (k Kind) Identifier() (field, words string) {
	return kinds[k.Number()].identifier, kinds[k.Number()].identifierWords
}

// Path returns a field of the kind as a mapping writes it: "account.zip".
func (k Kind) Path(field string) string { return string(k) + "." + field }

// Record is one record as a store holds it.
type Record struct {
	Kind     Kind
	ID       string  // given by the system, never changed (R5)
	ParentID string  // of the record of the kind's Parent that it belongs to
	Seq      int64   // place in the order of creation; 0 for a record that inlet did not create
	ChangeID int64   // of the change that last wrote it; 0 if inlet never did
	Feed     FeedKey // of the row that created it, where it is found by that (W13)
	Values   Values
	More     bool // another program keeps something in it that is not a value here
}
