package seen

import "encoding/binary"

// filter is a Bloom filter: it says about a fingerprint that it is certainly not in a segment. With 16 bits an entry, four of them set, it is wrong
// for two in a thousand.
type filter []uint64

func newFilter(n int) filter { return make(filter, n/4+1) }

// bits calls each for the bits of a fingerprint, which is a hash already, until it returns false.
func (f filter) bits(p Fingerprint, each func(word int, bit uint64) bool) bool {
	for i := 0; i < len(p); i += 4 {
		h := uint64(binary.BigEndian.Uint32(p[i:])) * uint64(len(f)*64) >> 32
		if !each(int(h/64), 1<<(h%64)) {
			return false
		}
	}
	return true
}

func (f filter) add(p Fingerprint) {
	f.bits(p, func(word int, bit uint64) bool { f[word] |= bit; return true })
}

func (f filter) mayContain(p Fingerprint) bool {
	return f.bits(p, func(word int, bit uint64) bool { return f[word]&bit != 0 })
}
