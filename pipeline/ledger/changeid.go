package ledger

import (
	"encoding/hex"
	"strconv"

	"github.com/cespare/xxhash/v2"
	"inlet.example/inlet/pipeline/crm"
)

// ChangeID names a change by import number, place of its row, try and kind: 27 bits of imports, 34 of rows. The mark of the change that created a
// record is its Seq, so records sort by it in the order of the rows.
func ChangeID(no, place int64, try int, kind crm.Kind) int64 {
	m := no<<36 | place<<2 | int64(try)<<1
	if kind == crm.Contact {
		m |= 1
	}
	return m
}

// ImportOf returns the number of the import that a mark or Seq belongs to; 0 if it is none of ours.
func ImportOf(mark int64) int64 { return mark >> 36 }

// rowsPerID are the places whose IDs lie side by side.
const rowsPerID = 1<<22 - 1

// NewID returns the ID of the record that a row of an import creates: the same whenever it is asked for, so that plan and apply speak of the
// same record and a repeat writes it again. Its 24 hexadecimal digits are what MongoDB calls an ObjectID. The rows of one
// workbook lie side by side, which an index takes in faster than digits at random.
func NewID(imp string, place int64, kind crm.Kind) string {
	seed := imp + "/" + strconv.FormatInt(place&^rowsPerID, 10)
	first, second := xxhash.Sum64String(seed), xxhash.Sum64String(seed+"/2")
	var id [12]byte
	for i := range 8 {
		id[i] = byte(first >> (8 * i))
	}
	id[8] = byte(second)
	n := (place & rowsPerID) << 1
	if kind == crm.Contact {
		n |= 1
	}
	id[9], id[10], id[11] = byte(n>>16), byte(n>>8), byte(n)
	return hex.EncodeToString(id[:])
}

// CreatedBy says whether a record's ID is that of one which a row of an import creates, of the rows up to a place.
func CreatedBy(imp, id string, last int64, kind crm.Kind) bool {
	const digits = 6 // that say which place, and of which kind
	if len(id) < digits {
		return false
	}
	n, err := strconv.ParseInt(id[len(id)-digits:], 16, 64)
	for place := n >> 1; err == nil && place <= last; place += rowsPerID + 1 {
		if NewID(imp, place, kind) == id {
			return true
		}
	}
	return false
}
