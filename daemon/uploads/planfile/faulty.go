package planfile

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/ledger"
)

// Faulty is the folder of a plan, read as the journal of an import that has only the rows which do not come in.
type Faulty string

// Changes returns the rows that are rejected or not clear, in the order of the file. There is one plan in a folder, whichever import is asked for.
func (f Faulty) Changes(ctx context.Context, _ string) iter.Seq2[[]ledger.Change, error] {
	return func(yield func([]ledger.Change, error) bool) {
		rejected, stop := iter.Pull2(f.each(Rejected))
		defer stop()
		unclear, stop2 := iter.Pull2(f.each(Unclear))
		defer stop2()
		a, errA, okA := rejected()
		b, errB, okB := unclear()
		for okA || okB {
			if err := errors.Join(errA, errB, ctx.Err()); err != nil {
				yield(nil, err)
				return
			}
			var row Row
			if okA && (!okB || a.Ordinal < b.Ordinal) {
				row = a
				a, errA, okA = rejected()
			} else {
				row = b
				b, errB, okB = unclear()
			}
			if !yield(row.changes(), nil) {
				return
			}
		}
	}
}

// changes returns what a row that does not come in does, as it stood in the plan.
func (r *Row) changes() []ledger.Change {
	var all []ledger.Change
	for i, p := range r.Parts {
		ch := ledger.Change{Ref: ledger.Ref{Sheet: r.Sheet, Row: r.Row}, Ordinal: r.Ordinal, Kind: p.Kind, Action: p.Action, Rule: p.Rule}
		if i == 0 {
			ch.Problems = r.Problems
		}
		all = append(all, ch)
	}
	return all
}

// each returns the rows of a list, from the first to the last.
func (f Faulty) each(list List) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		file, err := os.Open(filepath.Join(string(f), rowsName(list)))
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer file.Close()
		for dec := json.NewDecoder(bufio.NewReader(file)); ; {
			var row Row
			err := dec.Decode(&row)
			if errors.Is(err, io.EOF) || !yield(row, err) || err != nil {
				return
			}
		}
	}
}
