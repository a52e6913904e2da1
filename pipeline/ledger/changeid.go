package ledger

import (
	"encoding/hex"
	"strconv"

	"github.com/cespare/xxhash/v2"
	"inlet.example/inlet/pipeline/crm"
)

// kindBits returns the bits of a kind in IDs: the lowest bit, and one at the upper end, which is 0 for the two existing kinds and has room for two
// more.
func kindBits(kind crm.Kind) (low, high int64) {
	n := int64(kind.Number())
	return n & 1, n >> 1
}

// ChangeID identifies a change by import number, place of its row, try and kind: 27 bits of imports, 33 of rows. A record keeps the ChangeID of
// the change that created it as its Seq, so records of a kind sort by Seq in the order of the rows.
func ChangeID(no, place int64, try int, kind crm.Kind) int64 {
	low, high := kindBits(kind)
	return no<<36 | high<<35 | place<<2 | int64(try)<<1 | low
}

// ImportOf returns the number of the import that a ChangeID or Seq belongs to; 0 if inlet did not give it.
func ImportOf(id int64) int64 { return id >> 36 }

// PlaceOf returns the place of the row that a ChangeID or Seq belongs to.
func PlaceOf(id int64) int64 { return id >> 2 & (1<<33 - 1) }

// rowsPerID is a mask: the places that differ in these bits only have neighbouring IDs.
const rowsPerID = 1<<22 - 1

// NewID returns the ID of the record that a row of an import creates. It is always the same for that row, so that plan and apply mean the same
// record and a repeated import writes it again. Its 24 hexadecimal digits have the form of MongoDB's ObjectID. The rows of one
// workbook get neighbouring IDs, which are faster to add to an index than random ones.
func NewID(imp string, place int64, kind crm.Kind) string {
	seed := imp + "/" + strconv.FormatInt(place&^rowsPerID, 10)
	first, second := xxhash.Sum64String(seed), xxhash.Sum64String(seed+"/2")
	var id [12]byte
	for i := range 8 {
		id[i] = byte(first >> (8 * i))
	}
	id[8] = byte(second)
	low, high := kindBits(kind)
	n := high<<23 | (place&rowsPerID)<<1 | low
	id[9], id[10], id[11] = byte(n>>16), byte(n>>8), byte(n)
	return hex.EncodeToString(id[:])
}

// CreatedBy reports whether a record's ID is one that NewID returns for an import, or the UUID of one, for a row up to the place last.
func CreatedBy(imp, id string, last int64, kind crm.Kind) bool {
	const digits = 6 // that hold the place and the kind
	if of, ok := digitsOf(id); ok {
		id = of
	}
	if len(id) < digits {
		return false
	}
	n, err := strconv.ParseInt(id[len(id)-digits:], 16, 64)
	for place := n >> 1 & rowsPerID; err == nil && place <= last; place += rowsPerID + 1 {
		if NewID(imp, place, kind) == id {
			return true
		}
	}
	return false
}
