package store

import (
	"sync"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/journal"
	"inlet.example/inlet/pipeline/store/records"
)

// prepared is a batch with what can be made of it without the database, while the batch before it is still being written.
type prepared struct {
	batch     ledger.Batch
	preparing sync.WaitGroup // until then entry, writes and fault are not set
	entry     []byte         // of the journal
	writes    map[crm.Kind]*records.Writes
	fault     any // the panic that preparing ended with
}

func prepare(rules *records.RuleSet, no int64, began time.Time, b ledger.Batch) *prepared {
	p := &prepared{batch: b}
	p.preparing.Go(func() {
		defer func() { p.fault = recover() }()
		p.entry = journal.Encode(&p.batch)
		p.writes = map[crm.Kind]*records.Writes{}
		for _, kind := range crm.Kinds {
			p.writes[kind] = records.Coalesce(rules, kind, &p.batch, nil, no, began)
		}
	})
	return p
}

// wait returns once the batch is prepared.
func (p *prepared) wait() {
	if p.preparing.Wait(); p.fault != nil {
		panic(p.fault) // in the goroutine that writes, whose panics are handled
	}
}

// recycle gives the memory of a batch that is written to the next one.
func (p *prepared) recycle() {
	for _, w := range p.writes {
		w.Recycle()
	}
	p.writes = nil
}
