package ledger

import (
	"fmt"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/crm/sentence"
	"inlet.example/inlet/pipeline/message"
)

// Ref is a position in a workbook as the person sees it.
type Ref struct {
	Sheet  string `json:"sheet,omitempty"`
	Row    int    `json:"row,omitempty"`
	Column string `json:"column,omitempty"` // letter; empty for the whole row
}

// String returns the position as people write it: "Kunder!C17", "Kunder row 17", and where the sheet has no name "C17", "row 17".
func (r Ref) String() string {
	switch {
	case r.Row == 0:
		return r.Sheet
	case r.Column == "" && r.Sheet == "":
		return fmt.Sprintf("row %d", r.Row)
	case r.Column == "":
		return fmt.Sprintf("%s row %d", r.Sheet, r.Row)
	case r.Sheet == "":
		return r.Cell()
	default:
		return fmt.Sprintf("%s!%s%d", r.Sheet, r.Column, r.Row)
	}
}

// Cell returns the cell's name, "C17"; "" for a whole row.
func (r Ref) Cell() string {
	if r.Column == "" {
		return ""
	}
	return fmt.Sprintf("%s%d", r.Column, r.Row)
}

// Code identifies a sort of problem. Scripts and metrics rely on it, so it does not change.
type Code string

// The problems and warnings of rows.
const (
	ParentInUse    Code = "ACCOUNT_IN_USE"
	ParentRequired Code = "ACCOUNT_REQUIRED"
	Ambiguous      Code = "AMBIGUOUS"
	BlankKey       Code = "BLANK_KEY"
	CellError      Code = "CELL_ERROR"
	Conflict       Code = "CONFLICT"
	Exists         Code = "EXISTS"
	IDElsewhere    Code = "ID_ELSEWHERE"
	IDKeyConflict  Code = "ID_KEY_CONFLICT"
	IDRequired     Code = "ID_REQUIRED"
	Invalid        Code = "INVALID"
	NotFound       Code = "NOT_FOUND"
	TwoValues      Code = "TWO_VALUES"
	NearDuplicate  Code = "NEAR_DUPLICATE"
	Required       Code = "REQUIRED"
	UnknownChoice  Code = "UNKNOWN_CHOICE"
	UnknownID      Code = "UNKNOWN_ID"
	UnknownUser    Code = "UNKNOWN_USER"
	NoMatchKey     Code = "NO_MATCH_KEY"
	NoContactKey   Code = "NO_CONTACT_KEY"
	ChangedSince   Code = "CHANGED_SINCE"
	RecordGone     Code = "RECORD_GONE"
	CheckDigit     Code = "CHECK_DIGIT"
	LongNumber     Code = "LONG_NUMBER"
	ExtraCells     Code = "EXTRA_CELLS"     // W1
	EncodingMark   Code = "ENCODING_MARK"   // W3: a byte order mark beats what is declared
	Padding        Code = "PADDING"         // W2: NULs behind the end of a text
	NumberText     Code = "NUMBER_TEXT"     // W5
	ImplausibleKey Code = "IMPLAUSIBLE_KEY" // W7
	SeveralValues  Code = "SEVERAL_VALUES"  // W7b
	NoHeading      Code = "NO_HEADING"      // a filled column without heading and mapping
	Elsewhere      Code = "ELSEWHERE"       // W12
	NewHeading     Code = "NEW_HEADING"     // W16
	GoneHeading    Code = "GONE_HEADING"    // W16, where the inbox has headings: warn
	Currency       Code = "CURRENCY"        // W17

	// What the database does not take of a record.
	Unique           Code = "UNIQUE"              // another record has the value already, and an index of the application allows it once
	RefusedByStore   Code = "REFUSED_BY_STORE"    // a validator, an index that cannot hold the value, a record that is too large
	ForeignValue     Code = "FOREIGN_VALUE"       // the record has in this field what is not a value of the CRM, e.g. an object
	ParentNotCreated Code = "ACCOUNT_NOT_CREATED" // of a contact: the account that it was to be in does not exist
)

// Codes are all of them.
var Codes = []Code{ParentRequired, Ambiguous, BlankKey, CellError, Conflict, Exists, IDElsewhere, IDKeyConflict, IDRequired, Invalid, NotFound,
	TwoValues, NearDuplicate, Required, UnknownChoice, UnknownID, UnknownUser, NoMatchKey, NoContactKey, CheckDigit, LongNumber,
	ParentInUse, ChangedSince, RecordGone,
	ExtraCells, EncodingMark, Padding, NumberText, ImplausibleKey, SeveralValues, NoHeading, Elsewhere, NewHeading, GoneHeading, Currency,
	Unique, RefusedByStore, ForeignValue, ParentNotCreated}

// Problem is one error or warning about a row.
type Problem struct {
	Ref
	Code         Code     `json:"code"`
	Value        string   `json:"value,omitempty"` // what was there
	message.Text          // what to do
	Candidates   []string `json:"candidates,omitempty"`
	Warning      bool     `json:"warning,omitempty"` // the row is applied all the same
}

// Refusal is the error of a workbook that is not imported as a whole. Nothing was written, and a retry would give the same result.
type Refusal struct {
	Ref
	Code string `json:"-"` // encrypted, not_a_workbook, no_heading, …; a closed list, also a metric's label
	message.Text
	Hold bool  `json:"-"` // the file goes to held, not to failed: a person may approve it
	Err  error `json:"-"`
}

// Error returns the position and the reason.
func (r *Refusal) Error() string {
	if where := r.Ref.String(); where != "" {
		return where + ": " + r.Text.String()
	}
	return r.Text.String()
}

// Unwrap returns the cause, if there is one.
func (r *Refusal) Unwrap() error { return r.Err }

// SayOf is message.Say with a sentence about the kind: see sentence.About. Catalogues have whole sentences, because in other languages more than
// one word differs.
func SayOf(kind crm.Kind, about string, args ...any) message.Text {
	about = sentence.About(kind, about)
	return message.Say(about, args...)
}
