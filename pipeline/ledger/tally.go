package ledger

import (
	"encoding/json"
	"errors"
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
	Rows     int // with a part present
	Blank    int
	Counts   Counts
	Problems map[Code]int
	Rejected map[Code]int // the problems for which a part was rejected or parked
}

// Counts are the counts of all kinds, in the order of crm.Kinds. Their JSON is an object with a member for each kind.
type Counts [len(crm.Kinds)]Count

// Of returns the counts of a kind.
func (n *Counts) Of(kind crm.Kind) *Count { return &n[kind.Number()] }

// All returns the counts of all kinds together.
func (n Counts) All() Count {
	var all Count
	for _, c := range n {
		all.Created += c.Created
		all.Updated += c.Updated
		all.Unchanged += c.Unchanged
		all.Skipped += c.Skipped
		all.Rejected += c.Rejected
		all.Parked += c.Parked
		all.Removed += c.Removed
	}
	return all
}

// MarshalJSON writes the kinds in their order.
func (n Counts) MarshalJSON() ([]byte, error) {
	members := make([]any, len(crm.Kinds))
	for i, kind := range crm.Kinds {
		members[i] = map[crm.Kind]Count{kind: n[i]}
	}
	return JoinJSON(members...)
}

// tallyHead and tallyTail are the members of a tally's JSON before and behind those of the kinds.
type (
	tallyHead struct {
		Rows  int `json:"rows"`
		Blank int `json:"blank_rows"`
	}
	tallyTail struct {
		Problems map[Code]int `json:"problems"`
		Rejected map[Code]int `json:"rejected,omitempty"`
	}
)

// MarshalJSON writes the counts of each kind as a member beside the others.
func (t Tally) MarshalJSON() ([]byte, error) {
	return JoinJSON(tallyHead{t.Rows, t.Blank}, t.Counts, tallyTail{t.Problems, t.Rejected})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Tally) UnmarshalJSON(data []byte) error {
	var others struct {
		tallyHead
		tallyTail
	}
	var members map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(data, &others), json.Unmarshal(data, &members)); err != nil {
		return err
	}
	*t = Tally{Rows: others.Rows, Blank: others.Blank, Problems: others.Problems, Rejected: others.Rejected}
	for i, kind := range crm.Kinds {
		if member := members[string(kind)]; member != nil {
			if err := json.Unmarshal(member, &t.Counts[i]); err != nil {
				return err
			}
		}
	}
	return nil
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
	return t.Counts.All().NotApplied()
}

// Of returns the counts of a kind.
func (t *Tally) Of(kind crm.Kind) *Count { return t.Counts.Of(kind) }

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
