package planfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"os"
	"path/filepath"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
)

// Summary is what a plan is as a whole.
type Summary struct {
	Import ledger.Import  `json:"import"`           // as it would be; State is Refused where it cannot be imported
	Counts map[List]int   `json:"counts"`           // rows
	Fields map[string]int `json:"fields,omitempty"` // values of existing records that change, by path
	Rows   int            `json:"rows"`
	Digest string         `json:"digest"` // of every change: what a person has seen
	Newest int64          `json:"newest"` // number of the newest import when it was made
	Made   time.Time      `json:"made"`
}

// Total returns how many values of existing records change.
func (s *Summary) Total() (n int) {
	for _, of := range s.Fields {
		n += of
	}
	return n
}

const summaryName = "plan.json"

// Cells returns the letter of the column that a field of a sheet comes from; "" where it comes from none.
type Cells func(sheet string, kind crm.Kind, field string) (letter string)

// Writer writes a plan.
type Writer struct {
	dir     string
	cells   Cells
	lists   map[List]*listWriter
	summary Summary
	digest  hash.Hash
	changes *json.Encoder
}

type listWriter struct {
	rows, places *os.File
	buffered     *bufio.Writer
	offsets      *bufio.Writer
	at           uint64
}

// Create begins a plan in an empty folder. seed is what the digest is of besides the changes.
func Create(dir string, cells Cells, seed []byte) (*Writer, error) {
	w := &Writer{dir: dir, cells: cells, lists: map[List]*listWriter{}, digest: sha256.New(), summary: Summary{Counts: map[List]int{}, Fields: map[string]int{}}}
	w.digest.Write(seed)
	w.changes = json.NewEncoder(w.digest)
	for _, name := range Lists {
		l, err := newListWriter(dir, name)
		if err != nil {
			return nil, errors.Join(err, w.closeFiles())
		}
		w.lists[name] = l
	}
	return w, nil
}

func rowsName(l List) string   { return string(l) + ".rows" }
func placesName(l List) string { return string(l) + ".places" }

func newListWriter(dir string, name List) (*listWriter, error) {
	const mode = os.O_CREATE | os.O_EXCL | os.O_WRONLY
	rows, err := os.OpenFile(filepath.Join(dir, rowsName(name)), mode, 0o640)
	if err != nil {
		return nil, err
	}
	places, err := os.OpenFile(filepath.Join(dir, placesName(name)), mode, 0o640)
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return &listWriter{rows: rows, places: places, buffered: bufio.NewWriter(rows), offsets: bufio.NewWriter(places)}, nil
}

func (l *listWriter) add(line []byte) error {
	var at [8]byte
	binary.LittleEndian.PutUint64(at[:], l.at)
	l.at += uint64(len(line)) + 1
	_, err := l.offsets.Write(at[:])
	_, err2 := l.buffered.Write(line)
	return errors.Join(err, err2, l.buffered.WriteByte('\n'))
}

// Add adds what the rows of a batch do. All changes of a row are in one batch, one behind the other.
func (w *Writer) Add(changes []ledger.Change) error {
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].Ordinal == changes[0].Ordinal && changes[n].Ref == changes[0].Ref {
			n++
		}
		if err := w.row(changes[:n]); err != nil {
			return err
		}
		changes = changes[n:]
	}
	return nil
}

func (w *Writer) row(changes []ledger.Change) error {
	r := Row{Sheet: changes[0].Sheet, Row: changes[0].Row, Ordinal: changes[0].Ordinal}
	for i := range changes {
		ch := &changes[i]
		if err := w.changes.Encode(ch); err != nil {
			return err
		}
		r.Parts = append(r.Parts, w.part(ch))
		r.Problems = append(r.Problems, ch.Problems...)
	}
	line, err := encode(&r)
	if err != nil {
		return err
	}
	outcome := r.list()
	w.summary.Rows++
	w.summary.Counts[outcome]++
	err = w.lists[outcome].add(line)
	if len(r.Problems) > 0 && outcome != Unclear && outcome != Rejected {
		w.summary.Counts[Notes]++
		for i := range r.Parts {
			r.Parts[i].Values = nil // they are shown where the row is shown by its outcome
		}
		short, failed := encode(&r)
		err = errors.Join(err, failed, w.lists[Notes].add(short))
	}
	return err
}

// encode returns a row as a line without its end. What is searched for stands in it as it is.
func encode(r *Row) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(r)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// part returns a change as it is shown.
func (w *Writer) part(ch *ledger.Change) Part {
	p := Part{Kind: ch.Kind, Action: ch.Action, Title: ch.Title, Rule: ch.Rule}
	if ch.Action != ledger.Create {
		p.ID = ch.ID
	}
	if ch.Action != ledger.Create && ch.Action != ledger.Update {
		return p
	}
	for _, pair := range ch.After {
		p.Values = append(p.Values, w.value(ch, pair.Field))
	}
	for _, pair := range ch.Before {
		if ch.After.Of(pair.Field).Absent() {
			p.Values = append(p.Values, w.value(ch, pair.Field))
		}
	}
	if ch.Action == ledger.Update {
		for _, v := range p.Values {
			w.summary.Fields[ch.Kind.Path(v.Field)]++
		}
	}
	return p
}

func (w *Writer) value(ch *ledger.Change, field string) Value {
	v := Value{Field: field, Before: ch.Before.Of(field).String(), After: ch.After.Of(field).String()}
	if letter := w.cells(ch.Sheet, ch.Kind, field); letter != "" {
		v.Cell = ledger.Ref{Column: letter, Row: ch.Row}.Cell()
	}
	return v
}

// Close ends the plan: without it there is none.
func (w *Writer) Close(imp *ledger.Import, newest int64, now time.Time) error {
	if err := w.closeFiles(); err != nil {
		return err
	}
	w.summary.Import, w.summary.Newest, w.summary.Made = *imp, newest, now.UTC()
	w.digest.Write([]byte(imp.Code))
	w.summary.Digest = hex.EncodeToString(w.digest.Sum(nil))
	text, err := json.Marshal(&w.summary)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(w.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return files.WriteIn(root, summaryName, bytes.NewReader(text))
}

// closeFiles closes the files of the lists. It may be called again.
func (w *Writer) closeFiles() error {
	var errs []error
	for name, l := range w.lists {
		errs = append(errs, l.buffered.Flush(), l.offsets.Flush(), l.rows.Close(), l.places.Close())
		delete(w.lists, name)
	}
	return errors.Join(errs...)
}

// Discard ends a plan that was not finished.
func (w *Writer) Discard() { _ = w.closeFiles() } // they are not read
