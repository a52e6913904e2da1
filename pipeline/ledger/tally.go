package ledger

import (
	"fmt"
	"maps"

	"inlet.example/inlet/pipeline/crm"
)

// Count is how many parts of one kind ended how.
type Count struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Skipped   int `json:"skipped"`
	Rejected  int `json:"rejected"`
	Parked    int `json:"parked"`
	Removed   int `json:"removed,omitempty"` // by an undo alone: what scripts read of an import stays as it is
}

// Sum returns all of them: the rows in which that part is present.
func (c Count) Sum() int {
	return c.Created + c.Updated + c.Unchanged + c.Skipped + c.Rejected + c.Parked + c.Removed
}

// NotApplied returns how many are rejected or parked.
func (c Count) NotApplied() int { return c.Rejected + c.Parked }

func (c *Count) add(a Action, n int) {
	switch a {
	case Create:
		c.Created += n
	case Update:
		c.Updated += n
	case Unchanged:
		c.Unchanged += n
	case Skip:
		c.Skipped += n
	case Reject:
		c.Rejected += n
	case Park:
		c.Parked += n
	case Remove:
		c.Removed += n
	default:
		panic(fmt.Sprintf("action %q has no column", a))
	}
}

// By returns the counts by the word each has in reports and metrics. What is removed is left out where nothing is: no import removes.
func (c Count) By() map[string]int {
	by := map[string]int{"created": c.Created, "updated": c.Updated, "unchanged": c.Unchanged, "skipped": c.Skipped,
		"rejected": c.Rejected, "parked": c.Parked}
	if c.Removed > 0 {
		by["removed"] = c.Removed
	}
	return by
}

// Tally is an import in numbers.
type Tally struct {
	Rows     int          `json:"rows"` // with a part present
	Blank    int          `json:"blank_rows"`
	Account  Count        `json:"account"`
	Contact  Count        `json:"contact"`
	Problems map[Code]int `json:"problems"`
	Rejected map[Code]int `json:"rejected,omitempty"` // those of the problems that a part was rejected or parked for
}

// AllProblems returns how many there are, warnings too.
func (t *Tally) AllProblems() int {
	all := 0
	for _, n := range t.Problems {
		all += n
	}
	return all
}

// NotApplied returns how many parts of rows, of all kinds, are rejected or parked.
func (t *Tally) NotApplied() int {
	all := 0
	for _, kind := range crm.Kinds {
		all += t.Of(kind).NotApplied()
	}
	return all
}

// Of returns the counts of a kind.
func (t *Tally) Of(kind crm.Kind) *Count { return [...]*Count{&t.Account, &t.Contact}[kind.Number()] }

// Add counts one change.
func (t *Tally) Add(c *Change) {
	t.Of(c.Kind).add(c.Action, 1)
	for _, p := range c.Problems {
		count(&t.Problems, p.Code)
		if !p.Warning && (c.Action == Reject || c.Action == Park) {
			count(&t.Rejected, p.Code)
		}
	}
}

func count(by *map[Code]int, code Code) {
	if *by == nil {
		*by = map[Code]int{}
	}
	(*by)[code]++
}

// Settle counts what is done with; what was lost is not yet.
func (t *Tally) Settle(outcomes []Outcome) {
	for _, o := range outcomes {
		if !o.Conflict {
			t.Add(o.Change)
		}
	}
}

// Clone returns a copy that can be added to without changing t.
func (t *Tally) Clone() Tally {
	clone := *t
	clone.Problems, clone.Rejected = maps.Clone(t.Problems), maps.Clone(t.Rejected)
	return clone
}
