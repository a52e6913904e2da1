package ledger

import (
	"strconv"

	"inlet.example/inlet/pipeline/crm"
)

// Mode determines whether an import may create records, update them, or both (R1).
type Mode string

// The modes.
const (
	Upsert     Mode = "upsert"
	UpdateOnly Mode = "update"
	CreateOnly Mode = "create"
)

// OnAmbiguous determines what happens if a row matches two or more records (A7, C7). There is no way to use the first of them.
type OnAmbiguous string

// What happens on two or more hits.
const (
	AmbiguousCreate OnAmbiguous = "create"
	AmbiguousReject OnAmbiguous = "reject"
	AmbiguousPark   OnAmbiguous = "park"
	AmbiguousNext   OnAmbiguous = "next_rule"
)

// OnBlankKey determines what a blank in a ticked field does (A4, C4).
type OnBlankKey string

// What a blank ticked field does.
const (
	BlankCreate  OnBlankKey = "create"
	BlankReject  OnBlankKey = "reject"
	BlankIgnore  OnBlankKey = "ignore"
	BlankLiteral OnBlankKey = "literal"
)

// OnUpdate determines what a cell does to a stored value that differs (F4).
type OnUpdate string

// What a differing cell does.
const (
	Overwrite   OnUpdate = "overwrite"
	FillIfEmpty OnUpdate = "fill_if_empty"
	Append      OnUpdate = "append"
	Never       OnUpdate = "never"
)

// OnBlank determines what a blank cell does to the stored value (F5).
type OnBlank string

// What a blank cell does.
const (
	BlankKeep    OnBlank = "keep"
	BlankClear   OnBlank = "clear"
	BlankDefault OnBlank = "default"
)

// OnInvalid determines what happens if a cell is not valid for its field's type (F6).
type OnInvalid string

// What happens to an invalid cell.
const (
	RejectRow  OnInvalid = "reject_row"
	DropCell   OnInvalid = "drop_cell"
	RejectFile OnInvalid = "reject_file"
)

// OnElsewhere determines what happens to a contact that is found in another account than the row's, by its ID (C1b) or by its keys (W12).
type OnElsewhere string

// What happens to a contact in another account.
const (
	ElsewhereReject OnElsewhere = "reject"
	ElsewhereUpdate OnElsewhere = "update" // it stays in that account; not for a contact found by its ID
	ElsewhereMove   OnElsewhere = "move"
)

// Reuse determines which records a row can use that would create one because its key is blank or matches several (A8, C9, W13).
type Reuse string

// Which records are reused.
const (
	ReuseFeed Reuse = "feed" // those that an equal row of this file, or of an earlier one of the same feed, created (W13)
	ReuseFile Reuse = "file" // those that an equal row of this file created (A8, C9)
	ReuseOff  Reuse = "off"
)

// Scope determines where contacts are looked for.
type Scope string

// Where contacts are looked for (W12).
const (
	ScopeInside   Scope = "account"
	ScopeAnywhere Scope = "anywhere"
)

// Policy is what an import may do and how it decides doubtful cases. The mapping fills it; match reads it.
type Policy struct {
	Mode          Mode
	Ambiguous     OnAmbiguous
	BlankKey      OnBlankKey
	Reuse         Reuse
	Exact         bool // compare: exact
	ElsewhereID   OnElsewhere
	Scope         Scope
	Elsewhere     OnElsewhere // under ScopeAnywhere
	WarnElsewhere bool        // of a contact in another account with the e-mail or mobile of a new one
	FillDown      bool
	Region        string
	Match         [len(crm.Kinds)][][]string // for each kind the ticked fields, a list for each rule
	Caps          Caps
	Defaults      Defaults
	Choices       map[string]string // what a person chose for ambiguous rows, by ChoiceKey: an ID, ChoiceNew or ChoiceWait
}

// What a person may choose for an ambiguous row besides the ID of a record.
const (
	ChoiceNew  = "new"  // create another record
	ChoiceWait = "wait" // park it
)

// Chosen returns what a person chose for a row, and whether anything was.
func (p *Policy) Chosen(row Ref) (string, bool) {
	if len(p.Choices) == 0 {
		return "", false
	}
	choice, ok := p.Choices[ChoiceKey(row.Sheet, row.Row)]
	return choice, ok
}

// ChoiceKey returns the key of a row in Policy.Choices: "Kunder!17".
func ChoiceKey(sheet string, row int) string { return sheet + "!" + strconv.Itoa(row) }

// Profile returns the policy of a profile by its name (section 3); false where there is none.
func Profile(name string) (Policy, bool) {
	p := Policy{Mode: Upsert, Ambiguous: AmbiguousCreate, BlankKey: BlankCreate, Reuse: ReuseFeed, ElsewhereID: ElsewhereReject, Region: "SE",
		Scope: ScopeInside, Elsewhere: ElsewhereReject, WarnElsewhere: true}
	switch name {
	case "", "standard":
	case "guide":
		p.Reuse, p.Exact = ReuseOff, true
	case "safe":
		p.Ambiguous, p.BlankKey = AmbiguousPark, BlankReject
		p.Caps.Rejected, _ = ParseCap("5%") // both are valid
		p.Caps.Cleared, _ = ParseCap("0")
	default:
		return Policy{}, false
	}
	return p, true
}

// Ticked returns the fields that records of a kind are matched on, a list for each rule.
func (p *Policy) Ticked(kind crm.Kind) [][]string {
	return p.Match[kind.Number()]
}

// Apply determines which accounts get the default account manager (section 8).
type Apply string

// Which accounts get the default account manager.
const (
	ApplyNewAndEmpty Apply = "new_and_empty"
	ApplyNew         Apply = "new"
	ApplyAll         Apply = "all"
)

// Defaults are values that an import sets without a column (R15).
type Defaults struct {
	Manager crm.Value // of accounts; a filled cell wins over it
	ApplyTo Apply
	Add     map[crm.Kind]crm.Values // lists to be added to: campaigns, categories
}
