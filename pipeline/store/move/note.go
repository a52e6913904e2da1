package move

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// noteID is the ID of the note among the settings of the target.
const noteID = "move"

// note is how far an unfinished move is.
type note struct {
	From      string                  `json:"from"`
	Documents map[engine.Table]string `json:"documents"` // the order of the last document
	Records   map[crm.Kind]position   `json:"records"`
}

// position is how far the move of a kind is.
type position struct {
	Cursor   string `json:"cursor"`
	Done     int    `json:"done"`
	Numbered int64  `json:"numbered,omitempty"` // how many records that inlet did not create have a number now
}

func (n *note) save(ctx context.Context, to engine.Documents) error {
	_, err := engine.Update(ctx, to, engine.Meta, noteID, func(is *note) { *is = *n })
	return err
}

// Unfinished returns the store that is being moved into a database; "" for none.
func Unfinished(ctx context.Context, docs engine.Documents) (from string, err error) {
	var n note
	_, err = engine.LoadInto(ctx, docs, engine.Meta, noteID, &n)
	return n.From, err
}

// ForeignError says which values of other programs the target cannot hold: how many, by kind of record, path and kind of value.
type ForeignError map[string]int

func (f ForeignError) add(kind crm.Kind, values []engine.ForeignValue) {
	for _, v := range values {
		f[fmt.Sprintf("%s %s (%s)", kind, v.Path, v.Kind)]++
	}
}

func (f ForeignError) Error() string {
	const most = 20
	var b strings.Builder
	b.WriteString("the target cannot hold what another program keeps in these fields:\n")
	for i, field := range slices.Sorted(maps.Keys(f)) {
		if i == most {
			fmt.Fprintf(&b, "  … and %d more\n", len(f)-most)
			break
		}
		fmt.Fprintf(&b, "  %s: %d\n", field, f[field])
	}
	b.WriteString("Nothing was moved. With --leave-out-foreign these values are left out.")
	return b.String()
}
