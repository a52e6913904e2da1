package keys

// hashTable finds keys by their hash and holds nothing but the keys: a map with lists would take three times the memory. It is an open-addressing table
// with linear probing. The hashes of keys are evenly distributed.
type hashTable struct {
	slots []key // a power of two of them, at least a quarter free; seq 0 is free, gone was dropped
	taken int
}

const gone = -1

func (h *hashTable) add(k key) {
	if 4*(h.taken+1) > 3*len(h.slots) {
		old := h.all()
		*h = hashTable{slots: make([]key, max(1024, 2*len(h.slots)))}
		for _, k := range old {
			h.add(k)
		}
	}
	at := h.home(k.hash)
	for h.slots[at].seq != 0 {
		at = h.next(at)
	}
	h.slots[at] = k
	h.taken++
}

func (h *hashTable) drop(k key) {
	if h.taken == 0 {
		return
	}
	for at := h.home(k.hash); h.slots[at].seq != 0; at = h.next(at) {
		if h.slots[at] == k {
			h.slots[at].seq = gone
		}
	}
}

func (h *hashTable) appendSeqs(to []int64, hash int64) []int64 {
	if h.taken == 0 {
		return to
	}
	for at := h.home(hash); h.slots[at].seq != 0; at = h.next(at) {
		if k := h.slots[at]; k.hash == hash && k.seq != gone {
			to = append(to, k.seq)
		}
	}
	return to
}

// all returns the keys, in any order.
func (h *hashTable) all() []key {
	keys := make([]key, 0, h.taken)
	for _, k := range h.slots {
		if k.seq > 0 {
			keys = append(keys, k)
		}
	}
	return keys
}

func (h *hashTable) home(hash int64) int { return int(uint64(hash) & uint64(len(h.slots)-1)) }
func (h *hashTable) next(at int) int     { return (at + 1) & (len(h.slots) - 1) }
