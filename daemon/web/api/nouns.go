package api

import (
	"time"

	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Counts are the outcomes of the parts of rows of one kind.
type Counts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Skipped   int `json:"skipped"`
	Rejected  int `json:"rejected"`
	Parked    int `json:"parked"`
	Removed   int `json:"removed" doc:"by an undo"`
}

// Import is the import of one workbook.
type Import struct {
	ID          string            `json:"id"`
	Number      int64             `json:"number" doc:"rises with each import of the store"`
	State       string            `json:"state" enum:"running,stuck,cancelled,done,refused,held,duplicate"`
	Code        string            `json:"code,omitempty" doc:"why it was refused or held, for programs"`
	Why         string            `json:"why,omitempty" doc:"why it was refused or held, for people"`
	Approvable  bool              `json:"approvable,omitempty" doc:"a held import that may be approved as it is"`
	Digest      string            `json:"digest,omitempty" doc:"of a held import: of what a person has seen when approving or discarding it"`
	Inbox       string            `json:"inbox,omitempty"`
	Source      string            `json:"source,omitempty"`
	Workbook    string            `json:"workbook"`
	SHA256      string            `json:"sha256"`
	Began       time.Time         `json:"began"`
	Ended       *time.Time        `json:"ended,omitempty"`
	Rows        int               `json:"rows"`
	Counts      map[string]Counts `json:"counts" doc:"by kind"`
	Problems    int               `json:"problems"`
	Undoes      string            `json:"undoes,omitempty"`
	UndoneBy    string            `json:"undone_by,omitempty"`
	Corrects    string            `json:"corrects,omitempty" doc:"the import whose rejected rows these are, corrected"`
	DuplicateOf string            `json:"duplicate_of,omitempty"`
}

func importOf(imp *ledger.Import, plan string) Import {
	out := Import{ID: imp.ID, Number: imp.No, State: string(imp.State), Code: imp.Code, Why: message.PlainLines(imp.Why), Inbox: imp.Inbox, Source: imp.Source,
		Workbook: imp.Workbook, SHA256: imp.Sum, Began: imp.Began, Rows: imp.Tally.Rows, Counts: map[string]Counts{}, Problems: imp.Tally.AllProblems(),
		Undoes: imp.Undoes, UndoneBy: imp.UndoneBy, Corrects: imp.Parent, DuplicateOf: imp.Original(), Approvable: imp.Approvable()}
	if !imp.Ended.IsZero() {
		out.Ended = &imp.Ended
	}
	if imp.State == ledger.Held {
		out.Digest = pages.DigestOf(imp, plan)
	}
	for _, kind := range crm.Kinds {
		c := imp.Tally.Of(kind)
		out.Counts[string(kind)] = Counts{c.Created, c.Updated, c.Unchanged, c.Skipped, c.Rejected, c.Parked, c.Removed}
	}
	return out
}

// Problem is one error or warning about a row.
type Problem struct {
	Sheet      string   `json:"sheet,omitempty"`
	Row        int      `json:"row"`
	Column     string   `json:"column,omitempty"`
	Code       string   `json:"code"`
	Value      string   `json:"value,omitempty" doc:"what was there"`
	Text       string   `json:"text" doc:"what to do, in the language of Accept-Language"`
	Candidates []string `json:"candidates,omitempty"`
	Warning    bool     `json:"warning,omitempty" doc:"the row was imported all the same"`
}

func problemOf(p *ledger.Problem, lang string) Problem {
	return Problem{p.Sheet, p.Row, p.Column, string(p.Code), p.Value, message.In(lang, p.Text), p.Candidates, p.Warning}
}

// Change is what a row did, or would do, to a record.
type Change struct {
	Sheet  string            `json:"sheet,omitempty"`
	Row    int               `json:"row"`
	Kind   string            `json:"kind"`
	Action string            `json:"action"`
	ID     string            `json:"id,omitempty"`
	Before map[string]string `json:"before,omitempty"`
	After  map[string]string `json:"after,omitempty"`
	Rule   string            `json:"rule,omitempty" doc:"the rule that decided"`
}

func changeOf(c *ledger.Change) Change {
	return Change{c.Sheet, c.Row, string(c.Kind), string(c.Action), c.ID, texts(c.Before), texts(c.After), c.Rule}
}

func texts(values crm.Values) map[string]string {
	if len(values) == 0 {
		return nil
	}
	all := map[string]string{}
	for _, v := range values {
		all[v.Field] = v.Value.String()
	}
	return all
}

// Record is one stored record.
type Record struct {
	Kind   string            `json:"kind"`
	ID     string            `json:"id"`
	Parent string            `json:"parent,omitempty" doc:"the ID of the record that it belongs to"`
	Values map[string]string `json:"values"`
}

func recordOf(rec *crm.Record) Record {
	return Record{string(rec.Kind), rec.ID, rec.ParentID, texts(rec.Values)}
}

// Inbox is an inbox as its last scan found it.
type Inbox struct {
	Name    string     `json:"name"`
	Paused  bool       `json:"paused"`
	Waiting int        `json:"waiting" doc:"workbooks to import"`
	Open    int        `json:"open" doc:"workbooks that a program has open"`
	Oldest  string     `json:"oldest,omitempty" doc:"the workbook that has waited longest"`
	Since   *time.Time `json:"since,omitempty"`
	Waits   string     `json:"waits_for,omitempty" doc:"index or memory, if that workbook waits for that"`
	Error   string     `json:"error,omitempty" doc:"why it cannot be used"`
}

func inboxOf(in *pages.Inbox) Inbox {
	out := Inbox{Name: in.Name, Paused: in.Paused, Waiting: in.Waiting, Open: in.Open, Oldest: in.Oldest, Waits: in.WaitsFor}
	if !in.Since.IsZero() {
		out.Since = &in.Since
	}
	if in.Err != nil {
		out.Error = in.Err.Error()
	}
	return out
}

// Source is a source as it was last polled.
type Source struct {
	Name    string     `json:"name"`
	Inbox   string     `json:"inbox"`
	Paused  bool       `json:"paused"`
	Polled  *time.Time `json:"polled,omitempty"`
	Next    *time.Time `json:"next,omitempty"`
	Outcome string     `json:"outcome,omitempty"`
	Error   string     `json:"error,omitempty"`
}

func sourceOf(s *pages.Source) Source {
	out := Source{Name: s.Name, Inbox: s.Inbox, Paused: s.Paused, Outcome: s.Outcome, Error: s.Why}
	if !s.Asked.IsZero() {
		out.Polled = &s.Asked
	}
	if !s.Next.IsZero() {
		out.Next = &s.Next
	}
	return out
}
