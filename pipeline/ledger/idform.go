package ledger

import (
	"encoding/hex"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// IDForm is the form that the IDs of new records have. An import keeps the form that it began with: its rows are known by their IDs.
type IDForm string

// The forms.
const (
	ObjectIDs IDForm = ""       // 24 hexadecimal digits; MongoDB has them as an ObjectId
	TextIDs   IDForm = "string" // the same digits, stored as text
	UUIDs     IDForm = "uuid"
	NumberIDs IDForm = "number" // an application counts its records, so inlet cannot make the ID of a new one
)

// IDForms are the forms of a database, by kind.
type IDForms [len(crm.Kinds)]IDForm

// Of returns the form of a kind.
func (f *IDForms) Of(kind crm.Kind) IDForm { return f[kind.Number()] }

// Numbered reports whether there is a kind of which no record can be created.
func (f *IDForms) Numbered() bool { return slices.Contains(f[:], NumberIDs) }

// NewIDs makes the IDs of the records that an import creates.
type NewIDs struct {
	imp   string
	forms IDForms
}

// IDs returns what makes the IDs of the records that the import creates.
func (i *Import) IDs() NewIDs { return NewIDs{i.ID, i.NewIDs} }

// Of returns the ID of the record that a row creates.
func (n *NewIDs) Of(place int64, kind crm.Kind) string {
	id := NewID(n.imp, place, kind)
	if n.forms.Of(kind) == UUIDs {
		return uuidOf(id)
	}
	return id
}

// Where the 12 bytes of an ID are in its UUID of version 8, which leaves the content of the other bits to its maker; here they are 0.
var uuidBytes = [12]int{0, 1, 2, 3, 4, 5, 7, 11, 12, 13, 14, 15}

// Version 8 and the variant of RFC 9562.
const (
	versionByte, version = 6, 0x80
	variantByte, variant = 8, 0x80
)

func uuidOf(id string) string {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) != len(uuidBytes) {
		panic("not the ID of a new record: " + id)
	}
	var u [16]byte
	u[versionByte], u[variantByte] = version, variant
	for i, at := range uuidBytes {
		u[at] = raw[i]
	}
	s := hex.EncodeToString(u[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

// digitsOf returns the 24 digits that a UUID was made of, and whether it was.
func digitsOf(id string) (string, bool) {
	u, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil || len(u) != 16 {
		return "", false
	}
	raw := make([]byte, len(uuidBytes))
	for i, at := range uuidBytes {
		raw[i] = u[at]
	}
	digits := hex.EncodeToString(raw)
	return digits, uuidOf(digits) == id
}

// Codes of imports that are refused because of the IDs of a database.
const (
	CodeNumberIDs     = "number_ids"
	CodeUnreadableIDs = "unreadable_ids"
)

// Uncreatable returns the refusal of an import whose plan creates records that inlet cannot make an ID for; nil if it creates none.
func (i *Import) Uncreatable() *Refusal {
	for _, kind := range crm.Kinds {
		if n := i.Tally.Of(kind).Created; n > 0 && i.NewIDs.Of(kind) == NumberIDs {
			return &Refusal{Code: CodeNumberIDs, Text: SayOf(kind,
				"the import would create {kinds} (%s), and the {kinds} of the database have numbers as their IDs, which only the application can give: create them there first, or use mode: update", n)}
		}
	}
	return nil
}

// UnreadableIDs returns the refusal of an import that could create a record which is there with an ID that inlet cannot read.
func UnreadableIDs(kind crm.Kind, n int, example string) *Refusal {
	return &Refusal{Code: CodeUnreadableIDs, Text: SayOf(kind,
		"the database has {kinds} (%s) whose _id inlet cannot read, e.g. %s: the import does not find them, and could create them again. Have their IDs changed, or use mode: update", n, message.Plain(example))}
}
