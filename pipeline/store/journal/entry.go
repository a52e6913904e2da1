package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/klauspost/compress/zstd"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store/engine"
)

// header is the readable part of an entry, beside which the changes stand compressed.
type header struct {
	Import  string    `json:"import"`
	Rows    int       `json:"rows"`
	Changes int       `json:"changes"`
	Counts  *counts   `json:"counts,omitempty"` // an older version had none
	Pieces  *pieces   `json:"pieces,omitempty"` // where the compressed changes are, if they are too large for this document
	Lost    []int     `json:"lost,omitempty"`   // changes that were not written
	Unfit   []refused `json:"unfit,omitempty"`  // which of them the database refuses, and why; the others met a conflict
}

// counts are what a page of problems or changes is found by without reading the changes.
type counts struct {
	Problems int `json:"problems"`
	Fields   int `json:"fields"` // that updates change
}

func countsOf(b *ledger.Batch) *counts {
	var c counts
	for i := range b.Changes {
		c.Problems += len(b.Changes[i].Problems)
		c.Fields += len(listing.ChangedFields(&b.Changes[i]))
	}
	return &c
}

// refused is the reason of a change that the database refuses.
type refused struct {
	Change int `json:"change"`
	ledger.Problem
}

// note puts into a header what was not written.
func (h *header) note(unwritten ledger.Unwritten) {
	h.Lost, h.Unfit = slices.Sorted(maps.Keys(unwritten)), nil
	for _, i := range h.Lost {
		if why := unwritten[i]; why != nil {
			h.Unfit = append(h.Unfit, refused{i, *why})
		}
	}
}

// unwritten returns what a header says was not written.
func (h *header) unwritten() ledger.Unwritten {
	all := ledger.Unwritten{}
	for _, i := range h.Lost {
		all[i] = nil
	}
	for _, r := range h.Unfit {
		all[r.Change] = &r.Problem
	}
	return all
}

var (
	compressor, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(512<<10))
	decompressor, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
)

// buffers hold entries before they are compressed, a kilobyte for each row of a batch: one is used while another is filled. A sync.Pool would lose
// them at each collection.
var buffers = make(chan []byte, 2)

func takeBuffer() []byte {
	select {
	case text := <-buffers:
		return text[:0]
	default:
		return nil
	}
}

func putBuffer(text []byte) {
	const most = 8 << 20
	if cap(text) > most {
		return
	}
	select {
	case buffers <- text:
	default:
	}
}

// Encode returns the entry of a batch, compressed.
func Encode(b *ledger.Batch) []byte {
	text := b.AppendJSON(takeBuffer())
	encoded := compressor.EncodeAll(text, make([]byte, 0, len(text)/5)) // most are a little shorter
	putBuffer(text)
	return encoded
}

func decode(ctx context.Context, docs engine.Documents, doc engine.Doc) (b ledger.Batch, h header, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("journal entry %s: %w", doc.ID, err)
		}
	}()
	if err := json.Unmarshal(doc.Body, &h); err != nil {
		return b, h, err
	}
	if h.Pieces != nil {
		if doc.Blob, err = readPieces(ctx, docs, doc.ID, h.Pieces); err != nil {
			return b, h, err
		}
	}
	raw, err := decompressor.DecodeAll(doc.Blob, nil)
	if err != nil {
		return b, h, err
	}
	return b, h, json.Unmarshal(raw, &b)
}
