package ledger

import "inlet.example/inlet/pipeline/crm"

// Action is what happens to one part of one row. Every present part has exactly one.
type Action string

// The columns of a Tally. Only an undo removes.
const (
	Create    Action = "create"
	Update    Action = "update"
	Unchanged Action = "unchanged"
	Skip      Action = "skip"
	Reject    Action = "reject"
	Park      Action = "park"
	Remove    Action = "remove"
)

// Change is what one part of one row does to one record.
type Change struct {
	Ref
	Ordinal  int64       `json:"place"`
	Kind     crm.Kind    `json:"kind"`
	Action   Action      `json:"action"`
	ID       string      `json:"id,omitempty"`
	ParentID string      `json:"account_id,omitempty"` // of a kind with a parent, after the change. The journal names it account_id, whatever the parent
	Moved    string      `json:"moved,omitempty"`      // the parent it had before, where that differs (C1b, W12)
	Expect   int64       `json:"expect,omitempty"`     // the record's ChangeID before the batch
	Seq      int64       `json:"seq,omitempty"`        // place in the order of creation, of a record that is removed or restored
	Feed     crm.FeedKey `json:"feed,omitempty"`       // of a record that is created, removed or restored (W13)
	Before   crm.Values  `json:"before,omitempty"`     // of the fields that differ, what was there; all fields of one that is removed
	After    crm.Values  `json:"after,omitempty"`      // of the fields that differ, what will be; all fields of a new record
	Kept     []string    `json:"kept,omitempty"`       // fields that an undo leaves as they are because they were changed since
	Rule     string      `json:"rule,omitempty"`       // the row of the table that decided: A6, C5 …; Undoing
	Title    string      `json:"-"`                    // the record's name, for a plan
	Hashes   []int64     `json:"-"`                    // of a new record's keys by the Rules of the batch, 0 where unknown; or nil
	Problems []Problem   `json:"problems,omitempty"`   // of the row; only its first present part has them
}

// Writes reports whether the change writes to the store.
func (c *Change) Writes() bool { return c.Action == Create || c.Action == Update || c.Action == Remove }

// Undoing is the Rule of a change that undoes another.
const Undoing = "undo"

// RejectConflict turns a change into a rejection because another program changed the record meanwhile.
func (c *Change) RejectConflict() {
	c.Action = Reject
	text := SayOf(c.Kind, "another program or person changed this {kind} during the import: check it, and import the row again")
	if c.Rule == Undoing {
		text = SayOf(c.Kind, "another program or person changed this {kind} during the undo: it is kept as it is; check it")
	}
	c.Problems = append(c.Problems, Problem{Ref: c.Ref, Code: Conflict, Value: c.ID, Text: text})
}

// Refuse turns a change that the database does not accept into a rejection with this problem.
func (c *Change) Refuse(p Problem) {
	c.Action, p.Ref = Reject, c.Ref
	c.Problems = append(c.Problems, p)
}

// Cursor is the position in a workbook up to which an import is done.
type Cursor struct {
	Sheet   int   `json:"sheet"`              // index into the mapping's sheets
	Row     int   `json:"row"`                // the last row that is done
	Ordinal int64 `json:"place"`              // running number of that row among those with a filled mapped cell
	LeftOut int64 `json:"left_out,omitempty"` // rows so far that are not records
	Blank   int   `json:"blank"`              // blank rows so far
	Above   Above `json:"above,omitzero"`
}

// Above is the result of the nearest row above that has an account part. Under fill_down a contact without an account belongs to its account (A0).
type Above struct {
	ID   string `json:"id,omitempty"`   // the account, if there is one
	Lost Action `json:"lost,omitempty"` // reject, park or skip, if there is none
}

// Batch is one portion of an import: what its rows do, and how far the import is after it.
type Batch struct {
	N       int    // from 1
	Try     int    // 0, or 1 where rows are matched again after a conflict
	After   Cursor // the file is read up to here
	Rows    int    // rows in it
	Changes []Change
	Rules   map[crm.Kind][]crm.Rule `json:"-"` // that Hashes are of
	NewIDs  IDForms                 `json:"-"` // of its import
	Last    bool                    `json:"-"` // of its import: when it is written the import is stored as ended, which is its checkpoint
}

// Outcome is the result of one Change. It is a Conflict if another program wrote the record between look-up and write.
type Outcome struct {
	Change   *Change
	Conflict bool
}

// Clears reports whether the change removes a value without replacing it.
func (c *Change) Clears() bool {
	if c.Action != Update {
		return false
	}
	for _, p := range c.Before {
		if c.After.Of(p.Field).Absent() {
			return true
		}
	}
	return false
}

// Unwritten are the changes of a batch that were not written, by index, each with the reason for which the database refuses it; nil where another
// program wrote the record between look-up and write.
type Unwritten map[int]*Problem

// Reject turns the changes that were not written into rejected ones: for their own reason, or for the conflict.
func (u Unwritten) Reject(changes []Change) {
	for i, why := range u {
		if why == nil {
			changes[i].RejectConflict()
		} else {
			changes[i].Refuse(*why)
		}
	}
}
