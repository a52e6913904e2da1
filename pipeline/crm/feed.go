package crm

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// FeedKey identifies a record that no match rule can find to later files of the same feed (W13): 128 bits of SHA-256, in hexadecimal, of the feed
// and of the row that created the record. It is stored with the record and does not change with the record's values. "" is not a key.
type FeedKey string

// NewFeedKey returns the key of a row in a feed.
func NewFeedKey(feed string, row []byte) FeedKey {
	text := make([]byte, 0, len(feed)+1+len(row))
	sum := sha256.Sum256(append(append(append(text, feed...), 0), row...))
	return FeedKey(hex.EncodeToString(sum[:16]))
}

// Hash returns what a store indexes beside the hashes of rules; false where there is no key. Two keys with one hash still differ.
func (k FeedKey) Hash() (int64, bool) {
	b, err := hex.DecodeString(string(k))
	if err != nil || len(b) < 8 {
		return 0, false
	}
	return int64(max(binary.BigEndian.Uint64(b), 1)), true
}
