package seen

import (
	"encoding/binary"
	"math/bits"
)

// entry is the value kept for a fingerprint. A value of 0 means that none is kept.
type entry struct {
	Fingerprint
	value uint64
}

// table is an open-addressing hash table with linear probing. A fingerprint is a hash already, so its first bits choose the slot. An entry that
// is taken back keeps its slot with a value of 0.
type table struct {
	slots []entry // a power of two, at least a quarter of them free (zero fingerprint)
	n     int     // slots in use
}

func (t *table) get(f Fingerprint) uint64 {
	if t.n == 0 {
		return 0
	}
	return t.slot(f).value
}

// set returns the previous value.
func (t *table) set(f Fingerprint, v uint64) (was uint64) {
	if 4*(t.n+1) > 3*len(t.slots) {
		t.grow()
	}
	slot := t.slot(f)
	if slot.Fingerprint == (Fingerprint{}) {
		slot.Fingerprint = f
		t.n++
	}
	was, slot.value = slot.value, v
	return was
}

func (t *table) grow() {
	old := t.all()
	*t = table{slots: make([]entry, max(1024, 2*len(t.slots)))}
	for _, e := range old {
		t.set(e.Fingerprint, e.value)
	}
}

// slot returns the slot of the fingerprint, or the free one where it would go.
func (t *table) slot(f Fingerprint) *entry {
	last := len(t.slots) - 1
	for at := int(binary.BigEndian.Uint64(f[:]) >> (65 - bits.Len(uint(len(t.slots))))); ; at = (at + 1) & last {
		if slot := &t.slots[at]; slot.Fingerprint == f || slot.Fingerprint == (Fingerprint{}) {
			return slot
		}
	}
}

// sorted returns the entries by rising fingerprint. The slots are nearly in that order already, so insertion sort moves each a few places.
func (t *table) sorted() []entry {
	all := t.all()
	for i := range all {
		for j := i; j > 0 && compare(all[j].Fingerprint, all[j-1].Fingerprint) < 0; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	return all
}

func (t *table) all() []entry {
	all := make([]entry, 0, t.n)
	for _, e := range t.slots {
		if e.value != 0 {
			all = append(all, e)
		}
	}
	return all
}

func (t *table) clear() {
	clear(t.slots)
	t.n = 0
}
