package store

import (
	"sync"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// packed is a batch as it is written: what can be made of it without the store, while the batch before it is still being written.
type packed struct {
	packing sync.WaitGroup // until then there is nothing
	entry   []byte         // of the journal
	folded  map[crm.Kind]*folded
	fault   any // with which packing ended
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

// Pack begins to make a batch ready to be applied by the import of this number, which began then. Nothing of the batch may change from now on.
func (s *Store) Pack(no int64, began time.Time, b *ledger.Batch) {
	p := &packed{}
	packs, rules := *b, s.rules
	p.packing.Go(func() {
		defer func() { p.fault = recover() }()
		text := packs.AppendJSON(spareText())
		p.entry = pack.EncodeAll(text, make([]byte, 0, len(text)/5)) // most are a little shorter
		leaveText(text)
		p.folded = map[crm.Kind]*folded{}
		for _, kind := range crm.Kinds {
			p.folded[kind] = fold(rules, kind, packs, nil, no, began)
		}
	})
	b.Packed = p
}

// packed waits until a batch is made ready.
func (s *Store) packed(imp *ledger.Import, b *ledger.Batch) *packed {
	if _, done := b.Packed.(*packed); !done {
		s.Pack(imp.No, imp.Began, b)
	}
	p := b.Packed.(*packed)
	if p.packing.Wait(); p.fault != nil {
		panic(p.fault) // where those of writing are caught
	}
	return p
}

// folded returns the writes of a kind, without the changes that were lost.
func (s *Store) folded(imp *ledger.Import, kind crm.Kind, b ledger.Batch, lost missed) *folded {
	if p, done := b.Packed.(*packed); done && len(lost) == 0 && p.folded != nil {
		return p.folded[kind]
	}
	return fold(s.rules, kind, b, lost, imp.No, imp.Began)
}

// leave gives back the memory of a batch that is written.
func (p *packed) leave() {
	for _, f := range p.folded {
		f.leave()
	}
	p.folded = nil
}
