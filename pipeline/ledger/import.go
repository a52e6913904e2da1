package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is the state of an import.
type State string

// The states. There is none for an import that has not begun.
const (
	Running   State = "running"
	Stuck     State = "stuck"     // begun, and failed repeatedly: a person resumes it
	Cancelled State = "cancelled" // begun, and stopped by a person after a batch: a person resumes or undoes it
	Done      State = "done"
	Refused   State = "refused"
	Held      State = "held"
	Duplicate State = "duplicate"
	Planned   State = "planned" // a dry run; never stored
)

// Ended reports whether an import in this state is over.
func (s State) Ended() bool { return s != Running && !s.Waits() }

// Waits reports whether an import in this state has begun and continues only when a person resumes it.
func (s State) Waits() bool { return s == Stuck || s == Cancelled }

// Import is the import of one workbook.
type Import struct {
	ID         string      `json:"id"`           // hash of workbook, mapping and target, with a running number: "k3vq7ra2mxce-1"
	No         int64       `json:"no,omitempty"` // running number in this store; ChangeIDs and the order of creation begin with it
	Arrival    string      `json:"arrival,omitempty"`
	Inbox      string      `json:"inbox,omitempty"`
	Source     string      `json:"source,omitempty"` // that brought the workbook into the inbox
	Workbook   string      `json:"workbook"`
	Sum        string      `json:"sum"` // SHA-256 of the workbook's bytes
	Mapping    string      `json:"mapping"`
	Beside     string      `json:"beside,omitempty"`               // the sidecar's file name in the claim; "" where none came along
	Rival      string      `json:"rival,omitempty"`                // likewise a second sidecar, because of which it is refused
	Sidecar    string      `json:"sidecar,omitempty"`              // path of the archived sidecar, if it was archived
	Suggestion *Suggestion `json:"suggestion,omitempty"`           // the mapping that was suggested for it, where it came without a usable one
	With       string      `json:"with,omitempty"`                 // SHA-256 of the mapping's text
	Parent     string      `json:"parent,omitempty"`               // the import whose rejected rows these are, corrected
	Corrects   Corrects    `json:"corrects,omitzero"`              // where it stands among the corrections of those rows
	Undoes     string      `json:"undoes,omitempty"`               // the import that this one undoes
	UndoneBy   string      `json:"undone_by,omitempty"`            // the one that undid this; "" again once that was undone itself
	Repeated   string      `json:"duplicate_of,omitempty"`         // the earlier import of the same workbook and mapping; see Original
	Forgotten  bool        `json:"duplicate_of_removed,omitempty"` // that import was removed from the store before this one began
	Pruned     Pruned      `json:"pruned,omitzero"`                // when its journal was removed, if it was
	Rules      int         `json:"rules,omitempty"`                // version of the rules it began with; 0 is 1
	NewIDs     IDForms     `json:"new_ids,omitzero"`               // the forms of the IDs of records that it creates
	Approved   bool        `json:"approved,omitempty"`             // a person approved it though it was held
	State      State       `json:"state"`
	Code       string      `json:"code,omitempty"`   // of a refusal
	Why        string      `json:"why,omitempty"`    // in the language of its inbox
	Reason     *Refusal    `json:"reason,omitempty"` // the same for other languages; an older version stored none
	Batch      int         `json:"batch"`            // the last batch that is completely in the store
	Cursor     Cursor      `json:"cursor"`           // how far into the workbook that is
	Tally      Tally       `json:"tally"`
	Reading    Reading     `json:"reading,omitzero"`  // what else the workbook contains
	Columns    []Bound     `json:"columns,omitempty"` // those that are imported; an older version stored none
	Began      time.Time   `json:"began"`
	Ended      time.Time   `json:"ended,omitzero"`
	Attempts   int         `json:"attempts,omitempty"`
	Recipients Recipients  `json:"tell,omitzero"`       // of the notification at its end
	Ask        string      `json:"ask,omitempty"`       // the person to ask about a refused or held import
	Archived   string      `json:"archived,omitempty"`  // path of the archived workbook
	Rejected   string      `json:"rejected,omitempty"`  // the rejected workbook
	Notes      []string    `json:"notes,omitempty"`     // paths of the texts that were written beside the archived workbook
	Plan       string      `json:"plan_file,omitempty"` // path of the one with the plan; an older version stored none

	Corrections []Correction `json:"corrections,omitempty"` // the imports of its rejected rows, in the order in which they began
	TickedOff   TickedOff    `json:"ticked_off,omitzero"`   // its rejected rows need no more work, because a person said so
}

// TickedOff is who said that rejected rows need no more work, and when.
type TickedOff struct {
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// Corrects is where a correction stands among those of the same rows.
type Corrects struct {
	First string `json:"first"` // the import that rejected them first
	No    int    `json:"no"`    // from 1
	Stem  string `json:"stem"`  // that the names of its files begin with
}

// Correction is an import of rejected rows, as the import that rejected them knows it.
type Correction struct {
	Import  string `json:"import"`
	Rows    int    `json:"rows,omitempty"`    // in it; 0 until it is done
	Applied int    `json:"applied,omitempty"` // of these, that were not rejected again
	Undone  bool   `json:"undone,omitempty"`
}

// AddCorrection adds a correction, or replaces what is known of it, and returns which one it is, from 1.
func (i *Import) AddCorrection(c Correction) int {
	at := slices.IndexFunc(i.Corrections, func(other Correction) bool { return other.Import == c.Import })
	if at < 0 {
		i.Corrections = append(i.Corrections, c)
		return len(i.Corrections)
	}
	i.Corrections[at] = c
	return at + 1
}

// Bound is a column of a workbook with the field that it was imported into.
type Bound struct {
	Sheet   string `json:"sheet,omitempty"`
	Letter  string `json:"column"`
	Heading string `json:"heading"`
	Field   string `json:"field"`
	Matched bool   `json:"matched,omitempty"` // a match rule names the field
}

// ErrNoBatch is returned for a batch that is not in the journal.
var ErrNoBatch = errors.New("it does not exist")

// Pruned is the removal of an import's journal. The import can no longer be undone, and its rows can no longer be listed.
type Pruned struct {
	At   time.Time `json:"at"`
	Days int       `json:"days"`                 // since the import's end that the journal was to be kept
	Left bool      `json:"incomplete,omitempty"` // some of the journal may still be there
}

// IsPruned reports whether the journal of an import was removed, or is being removed.
func (i *Import) IsPruned() bool { return i.Pruned.Days > 0 }

// CheckJournal returns an error where the journal of an import was removed: what is read from it would be that of an import that did nothing.
func (i *Import) CheckJournal() error {
	if !i.IsPruned() {
		return nil
	}
	return fmt.Errorf("the journal of %s was removed %d days after it ended (retention.journal)", i.ID, i.Pruned.Days)
}

// RulesVersion is the version of the rules that turn rows into changes. It rises when the same rows would give other changes: an import whose first
// rows were written under older rules is not continued.
const RulesVersion = 2

// OtherRules reports whether an import began under rules of another version than this program's.
func (i *Import) OtherRules() bool { return max(i.Rules, 1) != RulesVersion }

// Sidecar is the text of a mapping.
type Sidecar struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// repeats begins the reason of a duplicate, for scripts. Reports use Original and the reader's language instead.
const repeats = "the same workbook with the same mapping was imported as "

// Repeats marks the import as a duplicate of an earlier one.
func (i *Import) Repeats(id string) {
	i.State, i.Why, i.Repeated = Duplicate, repeats+id, id
}

// Original returns the ID of the import that a duplicate repeats, or "". Older versions stored it in Why alone.
func (i *Import) Original() string {
	if i.State != Duplicate || i.Repeated != "" {
		return i.Repeated
	}
	id, _ := strings.CutPrefix(i.Why, repeats)
	return id
}

// Suggestion is what an import keeps of the mapping that was suggested for its file.
type Suggestion struct {
	Path    string `json:"path,omitempty"` // where it was written
	Sum     string `json:"sum"`            // SHA-256 of its text
	Matches bool   `json:"matches"`        // it has something to match on, and can be approved as it is
	Number  bool   `json:"number"`         // it has a column of customer numbers of another system, for which there was no field
}

// Codes of imports that are held because of the names of their files, or because they have no mapping.
const (
	NoMapping    = "no_mapping"
	ConflictCopy = "conflict_copy"
	MappingName  = "mapping_name"
)

// NewerValues is the code of a correction that is held because it would overwrite what a later import wrote.
const NewerValues = "newer_values"

// approvable are the codes of held imports that a person can approve as they are (section 17). The others need an answer: an ambiguous date, for
// example, needs layouts in the mapping.
var approvable = []string{"cap", "headings", "ids", "quotes", "left_out", ConflictCopy, MappingName, NewerValues}

// Approvable reports whether a person may approve the import.
func (i *Import) Approvable() bool {
	suggested := i.Code == NoMapping && i.Suggestion != nil && i.Suggestion.Matches
	return i.State == Held && (suggested || slices.Contains(approvable, i.Code))
}

// Codes of imports that a person ended before anything was written.
const (
	Discarded = "discarded"
	CameAgain = "came_again" // the file of a held import arrived again
)

// HeldFile identifies the file of a held import.
type HeldFile struct {
	Import   string `json:"import"`
	Workbook string `json:"workbook"`
	Sum      string `json:"sum"`
}

// AsHeld returns the HeldFile of an import.
func (i *Import) AsHeld() HeldFile { return HeldFile{Import: i.ID, Workbook: i.Workbook, Sum: i.Sum} }

// Unplaced reports whether the import has ended and its workbook is not known to be archived.
func (i *Import) Unplaced() bool { return i.State.Ended() && i.Arrival != "" && i.Archived == "" }

// Advance counts a batch that is done with and moves the import to the end of that batch.
func (i *Import) Advance(b Batch, outcomes []Outcome) {
	i.Tally.Settle(outcomes)
	i.Tally.Rows = int(b.After.Ordinal - b.After.LeftOut)
	i.Tally.Blank = b.After.Blank
	i.Batch, i.Cursor = b.N, b.After
}

// Step is a part of an import whose duration is measured; also a metric's label.
type Step string

// The steps.
const (
	StepCheck   Step = "check"
	StepIndex   Step = "index"
	StepRead    Step = "read"
	StepMatch   Step = "match"
	StepWrite   Step = "write"
	StepArchive Step = "archive"
)

// Steps are all steps in their order.
var Steps = []Step{StepCheck, StepIndex, StepRead, StepMatch, StepWrite, StepArchive}
