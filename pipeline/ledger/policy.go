package ledger

import (
	"strconv"

	"inlet.example/inlet/pipeline/crm"
)

// Mode says whether an import may create, update, or both (R1).
type Mode string

// The modes.
const (
	Upsert     Mode = "upsert"
	UpdateOnly Mode = "update"
	CreateOnly Mode = "create"
)

// OnAmbiguous says what two or more hits mean (A7, C7). "Take the first" does not exist.
type OnAmbiguous string

// What two or more hits mean.
const (
	AmbiguousCreate OnAmbiguous = "create"
	AmbiguousReject OnAmbiguous = "reject"
	AmbiguousPark   OnAmbiguous = "park"
	AmbiguousNext   OnAmbiguous = "next_rule"
)

// OnBlankKey says what a blank in a ticked field means (A4, C4).
type OnBlankKey string

// What a blank ticked field means.
const (
	BlankCreate  OnBlankKey = "create"
	BlankReject  OnBlankKey = "reject"
	BlankIgnore  OnBlankKey = "ignore"
	BlankLiteral OnBlankKey = "literal"
)

// OnUpdate says what a differing cell does to the stored value (F4).
type OnUpdate string

// What a differing cell does.
const (
	Overwrite   OnUpdate = "overwrite"
	FillIfEmpty OnUpdate = "fill_if_empty"
	Append      OnUpdate = "append"
	Never       OnUpdate = "never"
)

// OnBlank says what a blank cell does to the stored value (F5).
type OnBlank string

// What a blank cell does.
const (
	BlankKeep    OnBlank = "keep"
	BlankClear   OnBlank = "clear"
	BlankDefault OnBlank = "default"
)

// OnInvalid says what a cell that its field's type does not allow does (F6).
type OnInvalid string

// What an invalid cell does.
const (
	RejectRow  OnInvalid = "reject_row"
	DropCell   OnInvalid = "drop_cell"
	RejectFile OnInvalid = "reject_file"
)

// OnElsewhere says what to do with a contact that is found in another account than the row's: by its ID (C1b), or by its keys (W12).
type OnElsewhere string

// What to do with a contact in another account.
const (
	ElsewhereReject OnElsewhere = "reject"
	ElsewhereUpdate OnElsewhere = "update" // it stays where it is; not by its ID
	ElsewhereMove   OnElsewhere = "move"
)

// Reuse says which records a row finds again that would create one because its key is blank or hits several.
type Reuse string

// Which records are found again.
const (
	ReuseFeed Reuse = "feed" // those that an equal row of this file, or of an earlier one of the same feed, created (W13)
	ReuseFile Reuse = "file" // those that an equal row of this file created (A8, C9)
	ReuseOff  Reuse = "off"
)

// Scope says where contacts are looked for.
type Scope string

// Where contacts are looked for (W12).
const (
	ScopeAccount  Scope = "account"
	ScopeAnywhere Scope = "anywhere"
)

// Policy is what an import may do and what it does in doubt: filled by the mapping, read by match.
type Policy struct {
	Mode          Mode
	Ambiguous     OnAmbiguous
	BlankKey      OnBlankKey
	Reuse         Reuse
	Exact         bool // compare: exact
	ElsewhereID   OnElsewhere
	ContactScope  Scope
	Elsewhere     OnElsewhere // under ScopeAnywhere
	WarnElsewhere bool        // of a contact like a new one in another account
	FillDown      bool
	Region        string
	Account       [][]string // ticked fields, a rule each (a cascade)
	Contact       [][]string
	Caps          Caps
	Defaults      Defaults
	Choices       map[string]string // what a person chose for ambiguous rows, by ChoiceKey: an ID, ChoiceNew or ChoiceWait
}

// What a person may choose for an ambiguous row besides the ID of the record that it is.
const (
	ChoiceNew  = "new"  // another record
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

// ChoiceKey is what a row's choice is kept by: "Kunder!17".
func ChoiceKey(sheet string, row int) string { return sheet + "!" + strconv.Itoa(row) }

// Profile returns the policy of a profile's name (section 3), and false for a name there is none of.
func Profile(name string) (Policy, bool) {
	p := Policy{Mode: Upsert, Ambiguous: AmbiguousCreate, BlankKey: BlankCreate, Reuse: ReuseFeed, ElsewhereID: ElsewhereReject, Region: "SE",
		ContactScope: ScopeAccount, Elsewhere: ElsewhereReject, WarnElsewhere: true}
	switch name {
	case "", "standard":
	case "guide":
		p.Reuse, p.Exact = ReuseOff, true
	case "safe":
		p.Ambiguous, p.BlankKey = AmbiguousPark, BlankReject
		p.Caps.Rejected, _ = ParseCap("5%") // both are right
		p.Caps.Cleared, _ = ParseCap("0")
	default:
		return Policy{}, false
	}
	return p, true
}

// Ticked returns the fields that records of a kind are matched on, a list for each rule.
func (p *Policy) Ticked(kind crm.Kind) [][]string { return [...][][]string{p.Account, p.Contact}[kind.Number()] }
