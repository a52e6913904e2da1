package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"inlet.example/inlet/pipeline/store/engine"
)

// defaultPieceBytes leaves room in a document of MongoDB, which takes 16 MB, for the reasons why changes were not written.
const defaultPieceBytes = 8 << 20

// pieces says where the compressed changes of an entry are that are too large for one document. They hold old and new values, so their size is not
// known before they are compressed.
//
// The pieces are written before the entry, which makes them count. Their IDs contain the checksum of their bytes: a process that makes the batch
// anew, with other changes, writes others, and a process that was suspended cannot overwrite those of its successor.
type pieces struct {
	Count int    `json:"count"`
	Sum   string `json:"sum"`
}

// pieceID returns an ID in the journal's table. It begins with the ID of no import.
func (p *pieces) pieceID(entry string, n int) string {
	return fmt.Sprintf("pieces/%s/%s/%05d", entry, p.Sum, n)
}

// piecesOf returns what the IDs of the pieces of all entries of an import begin with.
func piecesOf(imp string) string { return "pieces/" + imp + "/" }

func writePieces(ctx context.Context, docs engine.Documents, entry string, blob []byte, most int) (*pieces, error) {
	sum := sha256.Sum256(blob)
	p := &pieces{Sum: hex.EncodeToString(sum[:8])}
	for ; len(blob) > 0; p.Count++ {
		n := min(len(blob), most)
		id := p.pieceID(entry, p.Count)
		doc := engine.Doc{ID: id, Order: id, Body: []byte("{}"), Blob: blob[:n]}
		if _, err := docs.Insert(ctx, engine.Journal, doc); err != nil { // a piece that is there has the same bytes
			return nil, err
		}
		blob = blob[n:]
	}
	return p, nil
}

func readPieces(ctx context.Context, docs engine.Documents, entry string, p *pieces) ([]byte, error) {
	var blob []byte
	for n := range p.Count {
		doc, ok, err := docs.Load(ctx, engine.Journal, p.pieceID(entry, n))
		if err == nil && !ok {
			err = fmt.Errorf("part %d of %d was removed", n+1, p.Count)
		}
		if err != nil {
			return nil, err
		}
		blob = append(blob, doc.Blob...)
	}
	return blob, nil
}
