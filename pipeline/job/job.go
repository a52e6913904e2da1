// Package job is a workbook to import: what its caller says of it, what was found out about it since, and the workbook opened with the mapping that holds.
// It reads no store and decides nothing: package identify finds what is in Found, the packages above decide.
//
// # Why one noun holds both
//
// Each step needs some of what the steps before it found: which import the rows correct, which mapping was suggested. Passed on one by one they would
// be parameters of most functions; in Found it is clear that no caller sets them.
package job

import (
	"context"
	"path/filepath"
	"time"

	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/proposal"
)

// Job is one workbook to import.
type Job struct {
	Arrival  string // ID of the claim; "" for a file that a person named on the command line
	Inbox    string // "" likewise
	Source   string // that brought it into the inbox; "" where a person did, or the source says nothing of how to read it
	Name     string // as the person knows it
	Workbook string // path
	Sidecar  string // path; "" where known headings must do
	Near     bool   // Sidecar has only nearly the name of one, and no person has said that it is meant
	Rival    string // path of a second sidecar, where it is not clear which is meant
	Original string // name of a file beside the workbook whose conflict copy that may be by its name
	Folders  Folders
	Language string               // of what is said about it: sv or en
	Limits   mapping.Limits       // what the inbox allows a sidecar
	Tell     ledger.Recipients    // of the inbox; those of a mapping are added
	Again    bool                 // import the same bytes once more
	Alive    bool                 // the last try of it in this process ended with an error, not with a death
	Approve  bool                 // a person says that it goes on where it would be held
	Shared   bool                 // the sidecar is the default of a folder or an inbox, whatever its file is called now
	Headings check.HeadingsPolicy // what becomes of a file whose headings are not those of the file before
	Ask      string               // whom to ask about a workbook that was not imported; may be empty
	Names    naming.Words         // of the files that are written beside the workbook; empty ones are those of the language

	Encoding, Delimiter string // of the text files of the inbox or the source; "" is found out
	Empty               string // of a file without rows: accept, refuse, or "" for the usual

	Progress func(done, total int) // called after each batch with rows; may be nil
	Begun    func(imp string)      // called with the import's ID once it has one and is not at its end; may be nil
	Pulse    func()                // called now and then while the workbook is read; may be nil
	Each     func(*ledger.Draft)   // called by Check with every row; may be nil
	Index    Indexing              // runs the indexing of stored records for it; nil: it waits for that
	Turn     ledger.Condition      // waits, once the workbook is checked, until its import may be applied
	Own      ledger.Condition      // called before anything is written or moved: an error if the claim is another process's

	Found Found
}

// Found is what was found out about a job's workbook. The caller of an import leaves it empty.
type Found struct {
	Corrects  *ledger.Import     // the import whose rejected rows come back
	OrphanOf  string             // that import's ID, where it was removed from the store
	Mapping   *ledger.Sidecar    // the mapping's text; nil where known headings must do
	Suggested *proposal.Proposal // the mapping that is suggested for it; nil where none is
}

// Words returns the words in the names of the files beside the workbook.
func (j *Job) Words() naming.Words { return j.Names.Or(naming.In(j.Language)) }

// Indexing runs what gives the stored records the keys that an import looks them up by, which takes long the first time and may be done while other
// imports are applied, and returns how long it took. An error of its own ends the attempt; with the next attempt it is called again.
type Indexing func(ctx context.Context, index func(context.Context) error) (time.Duration, error)

// NewImport returns the import of a job as nothing of it is known yet.
func (j *Job) NewImport() ledger.Import {
	imp := ledger.Import{Arrival: j.Arrival, Inbox: j.Inbox, Source: j.Source, Workbook: j.Name, Mapping: "headings", Ask: j.Ask,
		Rules: ledger.RulesVersion, State: ledger.Running, Began: time.Now().UTC()}
	if j.Sidecar != "" {
		imp.Beside = filepath.Base(j.Sidecar)
	}
	if j.Rival != "" {
		imp.Rival = filepath.Base(j.Rival)
	}
	return imp
}

// NoteApproval notes that a person has approved the import, and reports whether the workbook is to be checked again: with the mapping that was suggested
// for it, if it was held for that.
func (j *Job) NoteApproval() bool {
	again := !j.Approve
	j.Approve = true
	if j.Found.Suggested != nil {
		if again = j.Found.Suggested.Summary().Matches; again {
			j.Found.Mapping = j.Found.Suggested.Sidecar()
		}
	}
	return again
}

// AsImport returns what a check found in the form of an import, for the reports. Nothing of it is stored.
func (j *Job) AsImport(c *check.Result) ledger.Import {
	imp := j.NewImport()
	imp.State, imp.Reading, imp.Tally.Rows, imp.Tally.Blank = ledger.Planned, c.Reading, c.Rows, c.Blank
	if c.Mapping != nil {
		imp.Mapping = c.Mapping.Name
	}
	if j.Found.Corrects != nil {
		imp.Parent = j.Found.Corrects.ID
	}
	return imp
}

// SharesMapping reports whether the job's sidecar is the default of a folder or an inbox. In a claim it has that name; beside a held workbook it is
// called as the workbook's own.
func (j *Job) SharesMapping() bool {
	return j.Shared || filename.IsDefault(filepath.Base(j.Sidecar)) || j.Found.Corrects != nil && filename.IsDefault(j.Found.Corrects.Beside)
}
