package seen

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// Fingerprint stands for a text: a hash long enough that two texts never share one.
type Fingerprint [16]byte

// Topic makes the fingerprints of one sort of text, so that equal texts of two topics have different fingerprints. Its fingerprints are the same
// within a process only.
type Topic struct {
	seeds [2]maphash.Seed // for each half of a fingerprint
}

// NewTopic returns a topic unlike any other.
func NewTopic() *Topic { return &Topic{[2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}} }

// Fingerprint returns the fingerprint of a text.
func (t *Topic) Fingerprint(text []byte) (f Fingerprint) {
	for i, seed := range t.seeds {
		binary.BigEndian.PutUint64(f[8*i:], maphash.Bytes(seed, text))
	}
	return f
}

func compare(a, b Fingerprint) int { return bytes.Compare(a[:], b[:]) }
