package store

import (
	"sync"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// packed is a batch as it is written: what can be made of it without the store, while the batch before it is still being written.
type packed struct {
	folded  map[crm.Kind][]folding
	packing sync.WaitGroup // until then there is no entry
	entry   []byte         // of the journal
	fault   any            // with which packing ended
}

// texts are buffers for entries before they are compressed, a kilobyte for each row of a batch: one is used while another is made. A pool would
// lose them at each collection.
var texts = make(chan []byte, 2)

func spareText() []byte {
	select {
	case text := <-texts:
		return text[:0]
	default:
		return nil
	}
}

func leaveText(text []byte) {
	const most = 8 << 20
	if cap(text) > most {
		return
	}
	select {
	case texts <- text:
	default:
	}
}

// Pack makes a batch ready to be applied by the import of this number, which began then. The memo may know the canonical forms of its values.
func (s *Store) Pack(no int64, began time.Time, b *ledger.Batch, memo *crm.Memo) {
	p := &packed{folded: map[crm.Kind][]folding{}}
	noted := *b
	p.packing.Go(func() {
		defer func() { p.fault = recover() }()
		text := noted.AppendJSON(spareText())
		p.entry = pack.EncodeAll(text, make([]byte, 0, len(text)/5)) // most are a little shorter
		leaveText(text)
	})
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
	p := b.Packed.(*packed)
	if p.packing.Wait(); p.fault != nil {
		panic(p.fault) // where those of writing are caught
	}
	return p.entry
}

// folded returns the writes of a kind, without the changes that were lost.
func (s *Store) folded(imp *ledger.Import, kind crm.Kind, b ledger.Batch, lost []int) []folding {
	if p, done := b.Packed.(*packed); done && len(lost) == 0 {
		return p.folded[kind]
	}
	return s.fold(nil, kind, b, lost, imp.No, imp.Began)
}
