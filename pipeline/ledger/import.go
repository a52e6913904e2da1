package ledger

import (
	"slices"
	"strings"
	"time"
)

// State is how an import stands.
type State string

// The states. An import that is neither running nor ended does not exist.
const (
	Running   State = "running"
	Stuck     State = "stuck"     // begun, and it fails again and again: a person lets it go on
	Cancelled State = "cancelled" // begun, and a person ended it after a batch: a person lets it go on, or takes it back
	Done      State = "done"
	Refused   State = "refused"
	Held      State = "held"
	Duplicate State = "duplicate"
	Planned   State = "planned" // a dry run; never stored
)

// Ended says that nothing more happens to an import of this state by itself.
func (s State) Ended() bool { return s != Running && !s.Waits() }

// Waits says that an import has begun and goes on only when a person says so.
func (s State) Waits() bool { return s == Stuck || s == Cancelled }

// Import is one workbook's way into the store.
type Import struct {
	ID         string     `json:"id"`           // made of workbook, mapping and target, with a running number: "k3vq7ra2mxce-1"
	No         int64      `json:"no,omitempty"` // running number in this store; gives marks and the order of creation
	Arrival    string     `json:"arrival,omitempty"`
	Inbox      string     `json:"inbox,omitempty"`
	Source     string     `json:"source,omitempty"` // that brought the workbook into the inbox
	Workbook   string     `json:"workbook"`
	Sum        string     `json:"sum"` // SHA-256 of the workbook's bytes
	Mapping    string     `json:"mapping"`
	Beside     string     `json:"beside,omitempty"`       // the sidecar's file name in the claim; "" where none came along
	Rival      string     `json:"rival,omitempty"`        // likewise a second sidecar that it is refused for
	Sidecar    string     `json:"sidecar,omitempty"`      // where its sidecar lies now, if a folder of ours has it
	With       string     `json:"with,omitempty"`         // SHA-256 of the mapping's text
	Parent     string     `json:"parent,omitempty"`       // the import whose rejected rows these are, corrected
	Undoes     string     `json:"undoes,omitempty"`       // the import that this one takes back
	UndoneBy   string     `json:"undone_by,omitempty"`    // the one that took this back; "" again once that was itself taken back
	Repeated   string     `json:"duplicate_of,omitempty"` // the import that did the same before; see Original
	Rules      int        `json:"rules,omitempty"`        // version of the rules it began with; 0 is 1
	Approved   bool       `json:"approved,omitempty"`     // a person let it go on though it was held
	State      State      `json:"state"`
	Code       string     `json:"code,omitempty"` // of a refusal
	Why        string     `json:"why,omitempty"`
	Batch      int        `json:"batch"`  // the last batch that is in the store, whole
	Cursor     Cursor     `json:"cursor"` // how far into the workbook that is
	Tally      Tally      `json:"tally"`
	Reading    Reading    `json:"reading,omitzero"` // what else stands in the workbook
	Began      time.Time  `json:"began"`
	Ended      time.Time  `json:"ended,omitzero"`
	Attempts   int        `json:"attempts,omitempty"`
	Recipients Recipients `json:"tell,omitzero"`      // whom, how it ended
	Ask        string     `json:"ask,omitempty"`      // whom to ask, where it is refused or held
	Archived   string     `json:"archived,omitempty"` // where the workbook lies now
	Rejected   string     `json:"rejected,omitempty"` // the rejected workbook
}

// RulesVersion is that of the rules by which the rows of a file become changes. It rises when the same rows would become others: an import
// whose first rows were written by older rules is not continued.
const RulesVersion = 2

// OtherRules says that an import began with other rules than those of this program.
func (i *Import) OtherRules() bool { return max(i.Rules, 1) != RulesVersion }

// Sidecar is the text of a mapping.
type Sidecar struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// repeats is why an import is a duplicate, for scripts. People are told in their own language, by Original.
const repeats = "the same workbook with the same mapping was imported as "

// Repeats says that the same was imported before.
func (i *Import) Repeats(id string) {
	i.State, i.Why, i.Repeated = Duplicate, repeats+id, id
}

// Original returns the import that a duplicate repeats; "" where it is none. Older versions stored it in Why alone.
func (i *Import) Original() string {
	if i.State != Duplicate || i.Repeated != "" {
		return i.Repeated
	}
	id, _ := strings.CutPrefix(i.Why, repeats)
	return id
}

// Why an import is held by the names of its files.
const (
	ConflictCopy = "conflict_copy"
	MappingName  = "mapping_name"
)

// approvable are the codes of what is held and imported as it is once a person says so (section 17). What is held under another code needs an
// answer: an ambiguous date needs layouts in the mapping.
var approvable = []string{"cap", "headings", "ids", "quotes", "left_out", ConflictCopy, MappingName}

// Approvable says whether a person may let a held import go on.
func (i *Import) Approvable() bool { return i.State == Held && slices.Contains(approvable, i.Code) }

// Codes of what ended without being imported because a person wanted it so.
const (
	Discarded = "discarded"
	CameAgain = "came_again" // the file of a held import came once more
)

// HeldFile is what is known of a held import without reading it.
type HeldFile struct {
	Import   string `json:"import"`
	Workbook string `json:"workbook"`
	Sum      string `json:"sum"`
}

// AsHeld returns what is known of an import that is held.
func (i *Import) AsHeld() HeldFile { return HeldFile{Import: i.ID, Workbook: i.Workbook, Sum: i.Sum} }

// Unplaced says that the import has ended and its workbook was not yet seen where it belongs.
func (i *Import) Unplaced() bool { return i.State.Ended() && i.Arrival != "" && i.Archived == "" }

// Advance counts a batch that is done with and moves the import to the end of that batch.
func (i *Import) Advance(b Batch, outcomes []Outcome) {
	i.Tally.Settle(outcomes)
	i.Tally.Rows = int(b.After.Ordinal - b.After.LeftOut)
	i.Tally.Blank = b.After.Blank
	i.Batch, i.Cursor = b.N, b.After
}
