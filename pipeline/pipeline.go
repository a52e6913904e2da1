package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
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
	Rival    string // path of a second sidecar, where nobody can tell which is meant
	Original string // name of a file beside the workbook whose conflict copy that may be by its name
	Folders  Folders
	Language string            // of what is said about it: sv or en
	Limits   mapping.Limits    // what the inbox allows a sidecar
	Tell     ledger.Recipients // whom the inbox tells how an import ended; a mapping's own are told too
	Again    bool              // import the same bytes once more
	Alive    bool              // the last try of it in this process ended with an error, not with a death
	Approve  bool              // a person says that it goes on where it would be held
	Shared   bool              // the sidecar is the default of a folder or an inbox, whatever its file is called now
	Headings Headings          // what becomes of a file whose headings are not those of the file before
	Ask      string            // whom to ask about a workbook that was not imported; may be empty

	Encoding, Delimiter string // of the text files of the inbox or the source; "" is found out
	Empty               string // of a file without rows: accept, refuse, or "" for the usual

	Progress func(done, total int) // called after each batch with rows; may be nil
	Begun    func(imp string)      // called with the import's ID once it has one and is not at its end; may be nil
	Pulse    func()                // called now and then while the workbook is read; may be nil
	Each     func(*ledger.Draft)   // called by Check with every row; may be nil

	corrects *ledger.Import  // the import whose rejected rows come back
	sidecar  *ledger.Sidecar // the mapping's text; nil where known headings must do
}

// target is where rows are matched and written: the store, or for a plan a rehearsal of it.
type target interface {
	match.Finder
	Pack(no int64, began time.Time, b *ledger.Batch)
	Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error)
	Contacts(ctx context.Context, accounts []string) (map[string]int, error)
}

// Store is all that an import asks of a store.
type Store interface {
	target
	Hold(ctx context.Context, do func(context.Context) error) error
	Begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error)
	Next(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error)
	Use(ctx context.Context, rules []crm.Rule) error
	Finish(ctx context.Context, imp *ledger.Import) error
	Reopen(ctx context.Context, id string) (ledger.Import, bool, error)
	Attempt(ctx context.Context, inbox, arrival string, alive bool) (int, *ledger.Import, error)
	Journalled(ctx context.Context, imp string) (bool, error)
	Stop(ctx context.Context, imp *ledger.Import, state ledger.State) error
	Resume(ctx context.Context, imp *ledger.Import) error
	Unplaced(ctx context.Context) ([]ledger.Import, error)
	Held(ctx context.Context, inbox string) ([]ledger.HeldFile, error)
	Post(ctx context.Context, letters []ledger.Notification) error
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	Imports(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
	Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error]
	Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error)
	Undone(ctx context.Context, by *ledger.Import) error
	Accepted(ctx context.Context, inbox, mapping string) ([]string, bool, error)
	Accept(ctx context.Context, inbox, mapping string, headings []string) error
	Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error)
	KeepMapping(ctx context.Context, sum string, s ledger.Sidecar) error
}

// Rehearsal is a store in which a plan may write without writing.
type Rehearsal interface {
	target
	Close(ctx context.Context) error
}

// Pipeline imports workbooks into one store.
type Pipeline struct {
	Store    Store
	Schema   *crm.Schema
	Fallback mapping.Fallback
	Rehearse func(ctx context.Context, rules []crm.Rule) (Rehearsal, error)
	Password func(name string) (string, error) // of the configuration's password files; may be nil
	Limits   sheet.Limits                      // what a workbook may cost

	WrittenBytes int64 // text of all mapped cells of a workbook; 0: any
	Batch        int   // rows between two checkpoints
	Log          *slog.Logger
	At           ledger.At // nil but in tests

	warned warned
}

// Run takes a workbook all the way and reports how it ended. It gives an error only if trying again could help; the same Run again then
// carries on where it stood.
func (p *Pipeline) Run(ctx context.Context, job Job) (report.Report, error) {
	if imp, ok, err := p.ended(ctx, job); err != nil || ok {
		if err != nil {
			return report.Report{}, fmt.Errorf("import %s: %w", job.Name, err)
		}
		return p.Place(ctx, job, imp)
	}
	rep, checked, err := p.take(ctx, &job)
	if err != nil {
		return rep, fmt.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.Store.Hold(ctx, func(ctx context.Context) error { return p.apply(ctx, job, checked, &rep) }); err != nil {
		return rep, fmt.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.archive(ctx, job, &rep); err != nil {
		return rep, fmt.Errorf("archive %s: %w", job.Name, err)
	}
	return rep, nil
}

// take looks at a workbook, unless it is one that must not be opened any more.
func (p *Pipeline) take(ctx context.Context, job *Job) (report.Report, Checked, error) {
	if rep, err := p.poisoned(ctx, job); err != nil || rep != nil {
		return *cmp.Or(rep, new(report.Report)), Checked{}, err
	}
	return p.look(ctx, job)
}

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

// look says which import this is and reads the workbook to its end. A workbook that cannot be imported is no error but a Report.
func (p *Pipeline) look(ctx context.Context, job *Job) (report.Report, Checked, error) {
	if err := p.bringMapping(ctx, job); err != nil {
		return report.Report{Import: job.begins()}, Checked{}, err
	}
	rep := report.Report{Import: job.begins(), Steps: map[ledger.Step]time.Duration{}}
	if err := p.identify(ctx, job, &rep.Import); err != nil {
		return rep, Checked{}, err
	}
	checked, err := p.check(ctx, *job, &rep)
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok && refusal.Hold && !job.Approve {
		// The import may be one that was approved, and stopped before its end.
		now, failed := p.Store.Next(ctx, rep.Import, false)
		if failed != nil {
			return rep, checked, failed
		}
		if now.Approved {
			job.Approve = true
			checked, err = p.check(ctx, *job, &rep)
		}
	}
	rep.Import.Recipients = told(job.Tell, checked.mapping)
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		refuse(&rep.Import, job.misnamedFirst(refusal), job.Language)
		err = nil
	}
	p.At.Reach(ledger.AtChecked)
	return rep, checked, err
}

// refuse ends an import as its refusal says.
func refuse(imp *ledger.Import, refusal *ledger.Refusal, lang string) {
	imp.State, imp.Code, imp.Why = ledger.Refused, refusal.Code, report.Refused(refusal, lang)
	if refusal.Hold {
		imp.State = ledger.Held
	}
}

// identify finds the mapping that holds, and gives the import its ID.
func (p *Pipeline) identify(ctx context.Context, job *Job, imp *ledger.Import) error {
	if err := p.sidecar(ctx, job); err != nil {
		return err
	}
	if err := p.name(job, imp); err != nil {
		return err
	}
	return p.cameShared(ctx, job, imp.ID)
}

// name gives the import its ID: made of the workbook's bytes, its mapping, and where it goes, so that the same again is known.
func (p *Pipeline) name(job *Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(job.Workbook)
	if err != nil {
		return err
	}
	imp.Sum = hex.EncodeToString(sum[:])
	house := p.house(*job)
	with := fmt.Sprint(house.Profile, house.Account, house.Contact)
	if house.Encoding != "" || house.Delimiter != "" { // what was imported before these keys is still known
		with += fmt.Sprintf("\x00%s\x00%s\x00", house.Encoding, house.Delimiter)
	}
	if job.sidecar != nil {
		with += job.sidecar.Content
	}
	if job.Encoding+job.Delimiter != "" { // only where they are set: the IDs of before they were known stay as they are
		with += "\x00" + job.Encoding + "\x00" + job.Delimiter
	}
	if job.corrects != nil {
		imp.Parent = job.corrects.ID
	}
	h := sha256.Sum256([]byte(imp.Sum + "\x00" + job.Inbox + "\x00" + with))
	imp.ID = strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12])
	p.At.Reach(ledger.AtHashed)
	return nil
}

// check reads the workbook to its end, and looks whether the bytes that were read are those that gave the import its ID.
func (p *Pipeline) check(ctx context.Context, job Job, rep *report.Report) (Checked, error) {
	defer rep.Took(ledger.StepCheck)()
	if job.Rival != "" {
		return Checked{}, twoMappings(&job)
	}
	c, err := p.Check(ctx, job)
	rep.Import.Reading = c.Reading
	if c.mapping != nil {
		rep.Import.Mapping, rep.Import.With = c.mapping.Name, c.mapping.Sum
	}
	if err != nil {
		return c, err
	}
	return c, p.unmoved(job, &rep.Import)
}

// ErrStillWritten says that a workbook changed while it was read: its writer had paused, and goes on. Nothing was begun.
var ErrStillWritten = errors.New("somebody is still writing the file")

func (p *Pipeline) unmoved(job Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(job.Workbook)
	if err == nil && hex.EncodeToString(sum[:]) != imp.Sum {
		err = ErrStillWritten
	}
	return err
}

// apply begins the import, or takes it up where it stood, and carries it to its end.
func (p *Pipeline) apply(ctx context.Context, job Job, c Checked, rep *report.Report) error {
	wants, again := rep.Import, job.Again || c.mapping != nil && c.mapping.Repeat
	wants.Approved = job.Approve
	if wants.State != ledger.Running {
		wants.Ended, again = time.Now().UTC(), true // a refusal is told each time
	}
	imp, err := p.Store.Begin(ctx, wants, again)
	if err != nil {
		return err
	}
	p.At.Reach(ledger.AtBegun)
	if err := p.endReturned(ctx, job, &imp); err != nil {
		return err
	}
	rep.Resumed = imp.Attempts > 1
	if err := p.goesOn(ctx, job, &imp); err != nil {
		return err
	}
	if wants.Code == ledger.MappingName {
		refuse(&wants, job.misnamed(imp.ID), job.Language) // now its ID is known
		imp.Why = wants.Why
	}
	if !imp.State.Ended() && wants.State.Ended() {
		imp.State, imp.Code, imp.Why, imp.Ended = wants.State, wants.Code, wants.Why, wants.Ended
	}
	if imp.State == ledger.Running {
		imp.Reading = c.Reading // of an import that is taken up again too
	}
	rep.Import = imp
	if !imp.State.Ended() {
		if job.Begun != nil {
			job.Begun(imp.ID)
		}
		err = p.carry(ctx, job, c, rep)
	}
	if err != nil {
		return err
	}
	err = p.Store.Finish(ctx, &rep.Import)
	p.At.Reach(ledger.AtEnded)
	return err
}

// carry brings a begun import to its end: done, or held where a person must look first.
func (p *Pipeline) carry(ctx context.Context, job Job, c Checked, rep *report.Report) error {
	imp := &rep.Import
	p.Log.LogAttrs(ctx, slog.LevelInfo, "Import begins", slog.String("import", imp.ID), slog.String("workbook", job.Name),
		slog.Int("rows", c.Rows), slog.Int64("done", imp.Cursor.Ordinal))
	if imp.Batch == 0 {
		refusal, err := p.doubt(ctx, job, c, rep)
		if err != nil {
			return err
		}
		if refusal != nil {
			refuse(imp, refusal, job.Language)
			imp.Ended = time.Now().UTC()
			return nil
		}
	}
	p.At.Reach(ledger.AtPlanned)
	past := match.NewPast()
	defer past.Close()
	matchers, rules, err := p.matchers(p.Store, c, imp, past)
	if err != nil {
		return err
	}
	indexed := rep.Took(ledger.StepIndex)
	if err := p.Store.Use(ctx, rules); err != nil {
		return err
	}
	indexed()
	w := &writing{Pipeline: p, job: job, checked: c, rep: rep, to: p.Store, no: imp.No, began: imp.Began, matchers: matchers}
	if err := w.rows(ctx); err != nil {
		return err
	}
	p.At.Reach(ledger.AtApplied)
	imp.State, imp.Ended = ledger.Done, time.Now().UTC()
	return p.accept(ctx, job, c, imp)
}

// accept keeps what later files of this mapping are held against.
func (p *Pipeline) accept(ctx context.Context, job Job, c Checked, imp *ledger.Import) error {
	if job.sidecar != nil {
		if err := p.Store.KeepMapping(ctx, c.mapping.Sum, *job.sidecar); err != nil {
			return err
		}
	}
	if job.corrects != nil {
		return nil // has three columns more, and was never another system's export
	}
	return p.acceptHeadings(ctx, c, imp)
}
