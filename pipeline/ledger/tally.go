package ledger

import (
	"fmt"
	"maps"

	"inlet.example/inlet/pipeline/crm"
)

// Count is the number of parts of one kind for each outcome.
type Count struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Skipped   int `json:"skipped"`
	Rejected  int `json:"rejected"`
	Parked    int `json:"parked"`
	Removed   int `json:"removed,omitempty"` // by an undo only, so that the JSON of other imports does not have it
}

// Sum returns the rows in which that part is present.
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

// By returns the counts by their names in reports and metrics. "removed" is left out where it is 0, since only an undo removes.
func (c Count) By() map[string]int {
	by := map[string]int{"created": c.Created, "updated": c.Updated, "unchanged": c.Unchanged, "skipped": c.Skipped,
		"rejected": c.Rejected, "parked": c.Parked}
	if c.Removed > 0 {
		by["removed"] = c.Removed
	}
	return by
}

// Tally is the counts of an import.
type Tally struct {
	Rows     int          `json:"rows"` // with a part present
	Blank    int          `json:"blank_rows"`
	Account  Count        `json:"account"`
	Contact  Count        `json:"contact"`
	Problems map[Code]int `json:"problems"`
	Rejected map[Code]int `json:"rejected,omitempty"` // the problems for which a part was rejected or parked
}

// AllProblems returns the number of problems, warnings included.
func (t *Tally) AllProblems() int {
	all := 0
	for _, n := range t.Problems {
		all += n
	}
	return all
}

// NotApplied returns how many parts of all kinds are rejected or parked.
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

// Settle counts the outcomes without conflicts. Those with a conflict are counted when they are decided again.
func (t *Tally) Settle(outcomes []Outcome) {
	for _, o := range outcomes {
		if !o.Conflict {
			t.Add(o.Change)
		}
	}
}

// Clone returns an independent copy.
func (t *Tally) Clone() Tally {
	clone := *t
	clone.Problems, clone.Rejected = maps.Clone(t.Problems), maps.Clone(t.Rejected)
	return clone
}
