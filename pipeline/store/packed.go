package store

import (
	"sync"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// packed is a batch as it is written: what can be made of it without the store, while the batch before it is still being written.
type packed struct {
	entry  []byte // of the journal
	folded map[crm.Kind][]folding
}

// texts are buffers for entries before they are compressed: half a kilobyte for each row of a batch.
var texts = sync.Pool{New: func() any { return new([]byte) }}

// Pack makes a batch ready to be applied by the import of this number, which began then. The memo may know the canonical forms of its values.
func (s *Store) Pack(no int64, began time.Time, b *ledger.Batch, memo *crm.Memo) {
	text := texts.Get().(*[]byte)
	defer texts.Put(text)
	*text = b.AppendJSON((*text)[:0])
	p := &packed{entry: pack.EncodeAll(*text, nil), folded: map[crm.Kind][]folding{}}
	for _, kind := range crm.Kinds {
		p.folded[kind] = s.fold(memo, kind, *b, nil, no, began)
	}
	b.Packed = p
}

// entry returns a batch as the journal keeps it.
func (s *Store) entry(imp *ledger.Import, b *ledger.Batch) []byte {
	if _, done := b.Packed.(*packed); !done {
		s.Pack(imp.No, imp.Began, b, nil)
	}
	return b.Packed.(*packed).entry
}

// folded returns the writes of a kind, without the changes that were lost.
func (s *Store) folded(imp *ledger.Import, kind crm.Kind, b ledger.Batch, lost []int) []folding {
	if p, done := b.Packed.(*packed); done && len(lost) == 0 {
		return p.folded[kind]
	}
	return s.fold(nil, kind, b, lost, imp.No, imp.Began)
}
