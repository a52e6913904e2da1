package pipeline

import (
	"path/filepath"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/naming"
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
	Turn     ledger.Condition      // waits, once the workbook is checked, until its import may be applied
	Own      ledger.Condition      // called before anything is written or moved: an error if the claim is another process's

	corrects *ledger.Import  // the import whose rejected rows come back
	orphanOf string          // that import's ID, where it was removed from the store
	sidecar  *ledger.Sidecar // the mapping's text; nil where known headings must do
}

// words returns the words in the names of the files beside the workbook.
func (job *Job) words() naming.Words { return job.Names.Or(naming.In(job.Language)) }

// begins returns the import of a job as nothing of it is known yet.
func (job *Job) begins() ledger.Import {
	imp := ledger.Import{Arrival: job.Arrival, Inbox: job.Inbox, Source: job.Source, Workbook: job.Name, Mapping: "headings", Ask: job.Ask,
		Rules: ledger.RulesVersion, State: ledger.Running, Began: time.Now().UTC()}
	if job.Sidecar != "" {
		imp.Beside = filepath.Base(job.Sidecar)
	}
	if job.Rival != "" {
		imp.Rival = filepath.Base(job.Rival)
	}
	return imp
}

// Corrects returns the import whose rejected rows a checked job holds, or nil.
func (job *Job) Corrects() *ledger.Import { return job.corrects }

// AsImport returns what a check found in the form of an import, for the reports. Nothing of it is stored.
func (job *Job) AsImport(c *check.Result) ledger.Import {
	imp := job.begins()
	imp.State, imp.Reading, imp.Tally.Rows, imp.Tally.Blank = ledger.Planned, c.Reading, c.Rows, c.Blank
	if c.Mapping != nil {
		imp.Mapping = c.Mapping.Name
	}
	if job.corrects != nil {
		imp.Parent = job.corrects.ID
	}
	return imp
}

// Folders is where a workbook goes when its import has ended. Empty ones mean that it stays where it is.
type Folders struct {
	Done, Failed, Held string
	Owner              files.Ownership // of what is put there
	Inbox              string          // people may write into it: below it links are not followed
}

// mergeRecipients returns the recipients of an inbox and of a mapping, each once.
func mergeRecipients(inbox ledger.Recipients, m *mapping.Mapping) ledger.Recipients {
	tell := ledger.Recipients{Mail: slices.Clone(inbox.Mail), Webhooks: slices.Clone(inbox.Webhooks)}
	if m != nil {
		tell.Mail, tell.Webhooks = append(tell.Mail, m.WhenDone.Mail...), append(tell.Webhooks, m.WhenDone.Webhooks...)
	}
	slices.Sort(tell.Mail)
	slices.Sort(tell.Webhooks)
	tell.Mail, tell.Webhooks = slices.Compact(tell.Mail), slices.Compact(tell.Webhooks)
	return tell
}

// shared reports whether the job's sidecar is the default of a folder or an inbox. In a claim it has that name; beside a held workbook it is
// called as the workbook's own.
func (job *Job) shared() bool {
	return job.Shared || files.IsDefault(filepath.Base(job.Sidecar)) || job.corrects != nil && files.IsDefault(job.corrects.Beside)
}
