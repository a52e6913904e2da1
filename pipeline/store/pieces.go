package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// pieceBytes is how much of a journal entry goes into one document. MongoDB takes 16 MB, and beside it stands why changes were not made.
const pieceBytes = 8 << 20

// pieces says where the packed changes of an entry lie that are too large for one document: old and new values together, so it is not known
// before they are packed.
//
// The pieces are written before the entry, which makes them count. Their IDs hold the sum of their bytes, so a process that makes the batch
// anew, with other changes, writes others, and one that sleeps and wakes up cannot write over those of its successor.
type pieces struct {
	Count int    `json:"count"`
	Sum   string `json:"sum"`
}

// pieceID is in the journal's table, and begins with the ID of no import.
func (p *pieces) pieceID(entry string, n int) string {
	return fmt.Sprintf("pieces/%s/%s/%05d", entry, p.Sum, n)
}

func (s *Store) writePieces(ctx context.Context, e Documents, entry string, blob []byte) (*pieces, error) {
	sum := sha256.Sum256(blob)
	p := &pieces{Sum: hex.EncodeToString(sum[:8])}
	for ; len(blob) > 0; p.Count++ {
		n := min(len(blob), s.piece)
		id := p.pieceID(entry, p.Count)
		if _, err := e.Insert(ctx, Journal, Doc{ID: id, Order: id, Body: []byte("{}"), Blob: blob[:n]}); err != nil { // one that is there is the same
			return nil, err
		}
		blob = blob[n:]
	}
	return p, nil
}

func readPieces(ctx context.Context, from Documents, entry string, p *pieces) ([]byte, error) {
	var blob []byte
	for n := range p.Count {
		doc, ok, err := from.Load(ctx, Journal, p.pieceID(entry, n))
		if err == nil && !ok {
			err = fmt.Errorf("piece %d of %d is gone", n+1, p.Count)
		}
		if err != nil {
			return nil, err
		}
		blob = append(blob, doc.Blob...)
	}
	return blob, nil
}
