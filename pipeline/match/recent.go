package match

import (
	"encoding/binary"
	"math/bits"
)

// recent is what was noted last, by trace. A trace is a hash already: it has the first free slot from where its first bits send it, and none
// stands behind a free slot that it could have had. What is taken back keeps its slot, with a value of 0.
type recent struct {
	slots []noted // a power of two of them, at least a quarter free: those without a trace
	n     int     // that are not
}

func (r *recent) of(t trace) uint64 {
	if r.n == 0 {
		return 0
	}
	return r.slot(t).value
}

// set returns the value before.
func (r *recent) set(t trace, v uint64) (was uint64) {
	if 4*(r.n+1) > 3*len(r.slots) {
		r.grow()
	}
	slot := r.slot(t)
	if slot.trace == (trace{}) {
		slot.trace = t
		r.n++
	}
	was, slot.value = slot.value, v
	return was
}

func (r *recent) grow() {
	old := r.all()
	*r = recent{slots: make([]noted, max(1024, 2*len(r.slots)))}
	for _, n := range old {
		r.set(n.trace, n.value)
	}
}

// slot returns that of the trace, or the free one that it would have.
func (r *recent) slot(t trace) *noted {
	last := len(r.slots) - 1
	for at := int(binary.BigEndian.Uint64(t[:]) >> (65 - bits.Len(uint(len(r.slots))))); ; at = (at + 1) & last {
		if slot := &r.slots[at]; slot.trace == t || slot.trace == (trace{}) {
			return slot
		}
	}
}

// sorted returns what is noted by rising trace. It lies nearly so already: each is a few places from where it belongs.
func (r *recent) sorted() []noted {
	all := r.all()
	for i := range all {
		for j := i; j > 0 && compare(all[j].trace, all[j-1].trace) < 0; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	return all
}

func (r *recent) all() []noted {
	all := make([]noted, 0, r.n)
	for _, n := range r.slots {
		if n.value != 0 {
			all = append(all, n)
		}
	}
	return all
}

func (r *recent) clear() {
	clear(r.slots)
	r.n = 0
}
