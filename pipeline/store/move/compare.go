package move

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"math/big"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Comparison is what the two sides hold after a move.
type Comparison []Part

// Part is a kind of records or a table of documents.
type Part struct {
	Name     string
	From, To Digest
}

// Digest is how many there are, and a hash over all of them in their order.
type Digest struct {
	Count int
	Sum   string
}

// Equal reports whether both sides hold the same.
func (c Comparison) Equal() bool {
	for _, p := range c {
		if p.From != p.To {
			return false
		}
	}
	return true
}

// compare reads both sides to their ends. Leases are left out: that of the source changes with each heartbeat.
func (m *mover) compare(ctx context.Context) (Comparison, error) {
	var c Comparison
	for _, kind := range crm.Kinds {
		p, err := m.part(kind.Plural(), func(db engine.Engine, d *digest) error {
			return each(ctx, db, kind, "", func(page []engine.Dumped, _ string) error { return d.records(page, m.native) })
		})
		if err != nil {
			return nil, err
		}
		c = append(c, p)
	}
	for _, table := range engine.Tables {
		if table == engine.Leases {
			continue
		}
		p, err := m.part(string(table), func(db engine.Engine, d *digest) error { return d.table(ctx, db, table) })
		if err != nil {
			return nil, err
		}
		c = append(c, p)
	}
	return c, nil
}

// part reads the same of both sides.
func (m *mover) part(name string, read func(engine.Engine, *digest) error) (Part, error) {
	from, to := digest{Hash: sha256.New()}, digest{Hash: sha256.New()}
	err := read(m.From, &from)
	if err == nil {
		err = read(m.To, &to)
	}
	return Part{name, from.end(), to.end()}, err
}

// digest is a Digest under way.
type digest struct {
	hash.Hash
	count int
	line  []byte
}

func (d *digest) end() Digest { return Digest{d.count, hex.EncodeToString(d.Sum(nil)[:8])} }

// add adds the parts of a record or document, so that no two lists of parts look the same.
func (d *digest) add(parts ...[]byte) {
	for _, part := range parts {
		d.line = binary.AppendUvarint(d.line[:0], uint64(len(part)))
		d.Write(append(d.line, part...))
	}
}

func (d *digest) records(page []engine.Dumped, native bool) error {
	for i := range page {
		r := &page[i]
		switch {
		case native:
			d.add(r.Native)
		case r.ID == "":
			continue // left out
		default:
			seq := r.Seq
			if !createdByInlet(seq) {
				seq = 0
			}
			numbers := binary.AppendVarint(nil, seq)
			for _, n := range []int64{r.ChangeID, millis(r.Created), millis(r.Modified)} {
				numbers = binary.AppendVarint(numbers, n)
			}
			d.add([]byte(r.ID), []byte(r.ParentID), numbers, []byte(r.Feed), sorted(r.Values).AppendJSON(nil))
		}
		d.count++
	}
	return nil
}

// millis is what every database keeps of a time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// sorted returns values in the order of their names: that of a document is not kept.
func sorted(vs crm.Values) crm.Values {
	return slices.SortedFunc(slices.Values(vs), func(a, b crm.Pair) int { return strings.Compare(a.Field, b.Field) })
}

func (d *digest) table(ctx context.Context, db engine.Engine, table engine.Table) error {
	r := engine.Range{Limit: documentPage}
	if table == engine.Journal {
		r.Limit = journalPage
	}
	for {
		docs, err := db.Range(ctx, table, r)
		if err != nil || len(docs) == 0 {
			return err
		}
		for _, doc := range docs {
			if r.After = doc.Order; table == engine.Meta && doc.ID == noteID {
				continue
			}
			body, err := canonical(doc.Body)
			if err != nil {
				return err
			}
			d.add([]byte(doc.ID), []byte(doc.Order), body, doc.Blob)
			d.count++
		}
	}
}

// canonical returns JSON in the one form that all of equal meaning has: keys sorted, and numbers as they are reduced.
func canonical(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(reduced(v))
}

func reduced(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = reduced(v[key])
		}
	case []any:
		for i := range v {
			v[i] = reduced(v[i])
		}
	case json.Number:
		if n, ok := new(big.Rat).SetString(v.String()); ok && strings.ContainsAny(v.String(), ".eE") {
			return n.RatString()
		}
		return v.String()
	}
	return v
}
