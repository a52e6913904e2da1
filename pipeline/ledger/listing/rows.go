package listing

import (
	"time"

	"inlet.example/inlet/pipeline/ledger"
)

// Rows are what imports count for in the totals: records of all kinds by what became of them.
type Rows struct {
	Created    int `json:"created,omitempty"`
	Updated    int `json:"updated,omitempty"`
	Unchanged  int `json:"unchanged,omitempty"`
	NotApplied int `json:"not_applied,omitempty"` // rejected or parked
}

// RowsOf returns what an import counts for: nothing while it runs, where it is an undo, and once it is undone.
func RowsOf(imp *ledger.Import) Rows {
	if imp.State != ledger.Done && !imp.State.Waits() || imp.Undoes != "" || imp.UndoneBy != "" {
		return Rows{}
	}
	all := imp.Tally.Counts.All()
	return Rows{all.Created, all.Updated, all.Unchanged, all.NotApplied()}
}

// Plus returns the sum.
func (r Rows) Plus(o Rows) Rows {
	return Rows{r.Created + o.Created, r.Updated + o.Updated, r.Unchanged + o.Unchanged, r.NotApplied + o.NotApplied}
}

// Minus returns the difference.
func (r Rows) Minus(o Rows) Rows {
	return Rows{r.Created - o.Created, r.Updated - o.Updated, r.Unchanged - o.Unchanged, r.NotApplied - o.NotApplied}
}

// Day is the totals of the imports that began on a day.
type Day struct {
	Date    string          `json:"date"` // as DateOf returns it
	Inboxes map[string]Rows `json:"inboxes"`
}

// All returns the totals of all inboxes.
func (d *Day) All() Rows {
	var all Rows
	for _, r := range d.Inboxes {
		all = all.Plus(r)
	}
	return all
}

// DateOf returns the day of a time where this process runs.
func DateOf(t time.Time) string { return t.Local().Format(time.DateOnly) }
