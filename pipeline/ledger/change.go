package ledger

import "inlet.example/inlet/pipeline/crm"

// Action is what is done for one part of one row. Every part that is present has exactly one.
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
	Ordinal   int64       `json:"place"`
	Kind      crm.Kind    `json:"kind"`
	Action    Action      `json:"action"`
	ID        string      `json:"id,omitempty"`
	AccountID string      `json:"account_id,omitempty"` // of a contact, after the change
	Moved     string      `json:"moved,omitempty"`      // the account it was in before, where that differs (C1b, W12)
	Expect    int64       `json:"expect,omitempty"`     // the mark the record carries before the batch
	Seq       int64       `json:"seq,omitempty"`        // place in the order of creation: of one that is removed, or comes back to it
	Feed      crm.FeedKey `json:"feed,omitempty"`       // of a new record, or of one that is removed or comes back (W13)
	Before    crm.Values  `json:"before,omitempty"`     // of the fields that differ, what was there; all fields of one that is removed
	After     crm.Values  `json:"after,omitempty"`      // of the fields that differ, what will be; all fields of a new record
	Kept      []string    `json:"kept,omitempty"`       // fields that an undo leaves as they are, because somebody changed them since
	Rule      string      `json:"rule,omitempty"`       // the row of the table that decided: A6, C5 …; Undoing
	Title     string      `json:"-"`                    // what a person calls the record: for a plan
	Hashes    []int64     `json:"-"`                    // of a new record's keys by the Rules of the batch, 0 for one that is not known; or nil
	Problems  []Problem   `json:"problems,omitempty"`   // of the row; they stand with its first present part
}

// Writes says whether the store is touched.
func (c *Change) Writes() bool { return c.Action == Create || c.Action == Update || c.Action == Remove }

// Undoing is the Rule of a change that takes another back.
const Undoing = "undo"

// RejectConflict makes of a change that met a foreign edit what is reported of it: its part of the row is rejected.
func (c *Change) RejectConflict() {
	c.Action = Reject
	text := SayOf(c.Kind, "somebody else changed this account while it was imported: look at it, and import the row again",
		"somebody else changed this contact while it was imported: look at it, and import the row again")
	if c.Rule == Undoing {
		text = SayOf(c.Kind, "somebody else changed this account while the import was taken back: it stays as it is; look at it",
			"somebody else changed this contact while the import was taken back: it stays as it is; look at it")
	}
	c.Problems = append(c.Problems, Problem{Ref: c.Ref, Code: Conflict, Value: c.ID, Text: text})
}

// Refuse makes of a change that the database does not take what is reported of it: its part of the row is rejected for this problem.
func (c *Change) Refuse(p Problem) {
	c.Action, p.Ref = Reject, c.Ref
	c.Problems = append(c.Problems, p)
}

// Cursor is how far into a workbook an import has come.
type Cursor struct {
	Sheet   int   `json:"sheet"`              // index into the mapping's sheets
	Row     int   `json:"row"`                // the last row that is done with
	Ordinal int64 `json:"place"`              // running number of that row, of those that have a mapped cell filled
	LeftOut int64 `json:"left_out,omitempty"` // rows up to there that are not records
	Blank   int   `json:"blank"`              // blank rows passed
	Above   Above `json:"above,omitzero"`
}

// Above is what became of the nearest row above that has an account part: with fill_down a contact without an account goes there (A0).
type Above struct {
	ID   string `json:"id,omitempty"`   // its account, if it has one
	Lost Action `json:"lost,omitempty"` // reject, park or skip, if it has none
}

// Batch is one portion of an import: what its rows do, and where the import stands after it.
type Batch struct {
	N       int    // from 1
	Try     int    // 0, or 1 where rows that met a conflict are matched again
	After   Cursor // the file is read up to here
	Rows    int    // rows in it
	Changes []Change
	Rules   map[crm.Kind][]crm.Rule `json:"-"` // by which Hashes are made
}

// Outcome is what became of one Change. Conflict says that somebody else wrote the record between look-up and write.
type Outcome struct {
	Change   *Change
	Conflict bool
}
