package pipeline

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"inlet.example/inlet/pipeline/apply"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/finish"
	"inlet.example/inlet/pipeline/held"
	"inlet.example/inlet/pipeline/identify"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/proposal"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/screen"
	"inlet.example/inlet/pipeline/sheet"
)

// Job is one workbook to import, Folders is where it goes then, and ArchiveError says that only this is left.
type (
	Job          = job.Job
	Folders      = job.Folders
	ArchiveError = finish.ArchiveError
)

// ErrStillWritten says that a workbook changed while it was read: its writer had paused, and goes on. Nothing was begun.
var ErrStillWritten = identify.ErrStillWritten

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

	ownership finish.OwnershipWarnings
}

// ReadAhead reads with one command what Run needs first of a job. It need not be called.
func (p *Pipeline) ReadAhead(ctx context.Context, job Job) error {
	return p.Store.ReadAhead(ctx, job.Inbox, p.identifier().Foresee(job))
}

// Run takes a workbook all the way and reports how it ended. It gives an error only if trying again could help; the same Run again then
// continues.
func (p *Pipeline) Run(ctx context.Context, job Job) (report.Report, error) {
	if imp, ok, err := p.finisher().Unfinished(ctx, job); err != nil || ok {
		if err != nil {
			return report.Report{}, message.Errorf("import %s: %w", job.Name, err)
		}
		return p.FinishArchive(ctx, job, imp)
	}
	rep, checked, err := p.checkOrRefuse(ctx, &job)
	if err != nil {
		return rep, message.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.indexer().prepare(ctx, job, checked, &rep); err != nil {
		return rep, message.Errorf("import %s: %w", job.Name, err)
	}
	if err := job.Turn.Check(ctx); err != nil {
		return rep, message.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.Store.Writer.Hold(ctx, func(ctx context.Context) error { return p.apply(ctx, job, checked, &rep) }); err != nil {
		return rep, message.Errorf("import %s: %w", job.Name, err)
	}
	if err := p.finisher().Archive(ctx, job, &rep); err != nil {
		return rep, message.Errorf("archive %s: %w", job.Name, err)
	}
	return rep, nil
}

// checkOrRefuse identifies and checks a workbook, or refuses one unopened that ended the process too often.
func (p *Pipeline) checkOrRefuse(ctx context.Context, job *Job) (report.Report, check.Result, error) {
	if rep, err := p.crashLoop().check(ctx, job); err != nil || rep != nil {
		return *cmp.Or(rep, new(report.Report)), check.Result{}, err
	}
	return p.identifyAndCheck(ctx, job)
}

// identifyAndCheck finds which import this is and reads the workbook to its end. A workbook that cannot be imported gives a Report, not an error.
func (p *Pipeline) identifyAndCheck(ctx context.Context, job *Job) (report.Report, check.Result, error) {
	if err := p.returns().FetchMapping(ctx, job); err != nil {
		return report.Report{Import: job.NewImport()}, check.Result{}, err
	}
	rep := report.Report{Import: job.NewImport(), Steps: map[ledger.Step]time.Duration{}}
	rep.Import.NewIDs = p.Store.NewIDs
	if err := p.identifier().Identify(ctx, job, &rep.Import); err != nil {
		return rep, check.Result{}, err
	}
	checked, err := p.check(ctx, *job, &rep)
	if err == nil {
		err = p.checkParents(ctx, job, &rep.Import, &checked)
	}
	if err = p.opener().HoldWithSuggestion(ctx, job, err); job.Found.Suggested != nil {
		rep.Import.Suggestion = job.Found.Suggested.Summary()
	}
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok && refusal.Hold {
		approved := job.Approve
		if !approved { // the import may be one that was approved, and stopped before its end
			now, failed := p.Store.Imports.Next(ctx, rep.Import, false)
			if failed != nil {
				return rep, checked, failed
			}
			approved = now.Approved || job.Found.Suggested != nil && now.State == ledger.Duplicate // of one that was
		}
		if approved && job.NoteApproval() {
			checked, err = p.check(ctx, *job, &rep)
		}
	}
	rep.Import.Recipients = job.Tell.With(ledger.Recipients{})
	if m := checked.Mapping; m != nil {
		rep.Import.Recipients = job.Tell.With(ledger.Recipients{Mail: m.WhenDone.Mail, Webhooks: m.WhenDone.Webhooks})
	}
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		refuseImport(&rep.Import, screen.MisnamedFirst(job, refusal), job.Language)
		err = nil
	}
	p.At.Reach(ledger.AtChecked)
	return rep, checked, err
}

// checkParents refuses a workbook of which every row would be rejected for want of an account, unless a person has said that this is intended: it came without a
// mapping, or with the one that was suggested for it. What was imported before stays what it was.
func (p *Pipeline) checkParents(ctx context.Context, job *Job, imp *ledger.Import, c *check.Result) error {
	if job.Found.Corrects != nil || c.FindsParents() {
		return nil
	}
	now, err := p.Store.Imports.Next(ctx, *imp, job.Again)
	if err != nil || now.State == ledger.Duplicate || now.Batch > 0 {
		return err
	}
	is, err := p.opener().Pending(ctx, *job)
	if err != nil || job.Found.Mapping != nil && is == nil {
		return err
	}
	return proposal.WithoutParents(p.Schema, c, is != nil)
}

// refuseImport ends an import as its refusal says.
func refuseImport(imp *ledger.Import, refusal *ledger.Refusal, lang string) {
	imp.State, imp.Code = ledger.Refused, refusal.Code
	report.Stopped(imp, lang, refusal)
	if refusal.Hold {
		imp.State = ledger.Held
	}
}

// check reads the workbook to its end, and makes sure that the bytes that were read are those that gave the import its ID.
func (p *Pipeline) check(ctx context.Context, job Job, rep *report.Report) (check.Result, error) {
	ctx, end := rep.Took(ctx, ledger.StepCheck)
	defer end()
	if job.Rival != "" {
		return check.Result{}, screen.TwoMappings(&job)
	}
	if job.Found.OrphanOf != "" {
		return check.Result{}, screen.ParentRemoved(&job)
	}
	c, err := p.Check(ctx, &job)
	rep.Import.Reading, rep.Import.Columns = c.Reading, c.Imported()
	if c.Mapping != nil {
		rep.Import.Mapping, rep.Import.With = c.Mapping.Name, c.Mapping.Sum
	}
	if err != nil {
		return c, err
	}
	return c, identify.CheckUnchanged(job, &rep.Import)
}

// apply begins the import, or resumes it, and brings it to its end.
func (p *Pipeline) apply(ctx context.Context, job Job, c check.Result, rep *report.Report) error {
	if err := job.Own.Check(ctx); err != nil { // with the lease: it may have been waited for for long
		return err
	}
	wants, again := rep.Import, job.Again || c.Mapping != nil && c.Mapping.Repeat
	wants.Approved = job.Approve
	if wants.State != ledger.Running {
		wants.Ended, again = time.Now().UTC(), true // a refusal is reported each time
	}
	imp, err := p.Store.Imports.Begin(ctx, wants, again)
	if err != nil {
		return err
	}
	p.At.Reach(ledger.AtBegun)
	if err := p.returns().End(ctx, job, &imp); err != nil {
		return err
	}
	rep.Resumed = imp.Attempts > 1
	if err := stopOldRules(ctx, p.Store.Attempts, job, &imp); err != nil {
		return err
	}
	if job.Found.Mapping != nil && job.Found.Suggested != nil { // it was held without a mapping
		imp.Mapping, imp.With = wants.Mapping, wants.With
	}
	if wants.Code == ledger.MappingName {
		refuseImport(&wants, screen.Misnamed(&job, imp.ID), job.Language) // now its ID is known
		imp.Why, imp.Reason = wants.Why, wants.Reason
	}
	if !imp.State.Ended() && wants.State.Ended() {
		imp.State, imp.Code, imp.Why, imp.Reason, imp.Ended = wants.State, wants.Code, wants.Why, wants.Reason, wants.Ended
	}
	if imp.State == ledger.Running {
		imp.Reading, imp.Columns = c.Reading, c.Imported() // of an import that is taken up again too
	}
	if job.Found.Corrects != nil && !imp.State.Ended() {
		if imp.Corrects, err = rejects.Number(ctx, p.Store.Imports, job.Words(), job.Found.Corrects, imp.ID); err != nil {
			return err
		}
	}
	rep.Import = imp
	if !imp.State.Ended() {
		if job.Begun != nil {
			job.Begun(imp.ID)
		}
		err = p.applyOrHold(ctx, job, c, rep)
	}
	if err != nil {
		return err
	}
	err = p.Store.Imports.Finish(ctx, &rep.Import)
	p.At.Reach(ledger.AtEnded)
	return err
}

// applyOrHold brings a begun import to its end: done, or held where a person must look first.
func (p *Pipeline) applyOrHold(ctx context.Context, job Job, c check.Result, rep *report.Report) error {
	imp := &rep.Import
	p.Log.LogAttrs(ctx, slog.LevelInfo, "Import started", slog.String("import", imp.ID), slog.String("inbox", imp.Inbox), slog.String("workbook", job.Name),
		slog.Int("rows", c.Rows), slog.Int64("done", imp.Cursor.Ordinal))
	indexed := false
	if imp.Batch == 0 {
		if err := p.indexer().use(ctx, c, rep); err != nil { // also finds out what the screening asks for
			return err
		}
		refusal, planned, err := p.planner().holdReason(ctx, job, c, rep)
		if err != nil {
			return err
		}
		indexed = !planned
		if refusal != nil {
			refuseImport(imp, refusal, job.Language)
			imp.Ended = time.Now().UTC()
			return nil
		}
	}
	p.At.Reach(ledger.AtPlanned)
	if !indexed { // a plan may have taken long
		if err := p.indexer().use(ctx, c, rep); err != nil {
			return err
		}
	}
	if err := p.applyRows(ctx, job, c, rep); err != nil {
		return err
	}
	p.At.Reach(ledger.AtApplied)
	imp.State, imp.Ended = ledger.Done, time.Now().UTC()
	return p.accept(ctx, job, c, imp)
}

// applyRows brings the rows of a begun import that are not applied yet into the store.
func (p *Pipeline) applyRows(ctx context.Context, job Job, c check.Result, rep *report.Report) error {
	rows := seen.New(match.Ahead)
	defer rows.Close()
	matchers, _, err := apply.Matchers(p.Store.Records, p.Schema, c.Policies(), &rep.Import, rows)
	if err != nil {
		return err
	}
	in := applyInput(p.opener(), p.Store.Journal, job, c, rep, matchers)
	in.Target, in.Progress = p.Store.target(), job.Progress
	return apply.Run(ctx, in)
}

// accept keeps what later files of this mapping are held against.
func (p *Pipeline) accept(ctx context.Context, job Job, c check.Result, imp *ledger.Import) error {
	if job.Found.Mapping != nil {
		if err := p.Store.Mappings.KeepMapping(ctx, c.Mapping.Sum, *job.Found.Mapping); err != nil {
			return err
		}
	}
	if job.Found.Corrects != nil {
		return rejects.Ended(ctx, p.Store.Imports, p.Store.Journal, imp) // has three columns more, and was never another system's export
	}
	return p.screener().AcceptHeadings(ctx, c, imp)
}

// Plan says what Run would do and writes nothing: each is called with what the rows of a batch would do, in their order. The Report
// has the counts. An error is the world's.
func (p *Pipeline) Plan(ctx context.Context, job Job, each func([]ledger.Change) error) (report.Report, error) {
	rep, checked, err := p.identifyAndCheck(ctx, &job)
	if err != nil {
		return rep, message.Errorf("plan %s: %w", job.Name, err)
	}
	if rep.Import.State.Ended() {
		return rep, nil
	}
	rep.Import.Approved = job.Approve
	imp, err := p.Store.Imports.Next(ctx, rep.Import, job.Again || checked.Mapping.Repeat)
	if err != nil {
		return rep, message.Errorf("plan %s: %w", job.Name, err)
	}
	rep.Import = imp
	if imp.State.Ended() {
		return rep, nil
	}
	found, err := p.screener().Screen(ctx, job, checked, &rep.Import)
	if err != nil {
		return rep, message.Errorf("plan %s: %w", job.Name, err)
	}
	refusal, err := p.planner().rehearse(ctx, job, checked, &rep, found, each)
	if err != nil {
		return rep, message.Errorf("plan %s: %w", job.Name, err)
	}
	rep.Import.State = ledger.Planned
	if refusal != nil {
		rep.Import.Code = refusal.Code
		report.Stopped(&rep.Import, job.Language, refusal)
	}
	return rep, nil
}

// Check reads a job's workbook to its end and writes nothing. The job's Corrects is set where its rows are rejected ones that come back. The error is
// a *ledger.Refusal where it cannot be imported; what was found till then is returned with it.
func (p *Pipeline) Check(ctx context.Context, job *Job) (check.Result, error) {
	if p.Store.Imports != nil && job.Sidecar == "" { // of whichever inbox: a command does not say which they go to
		if err := p.identifier().Inherit(ctx, job, func(*ledger.Import) bool { return true }); err != nil {
			return check.Result{}, err
		}
	}
	m, err := p.opener().Mapping(*job)
	if err != nil {
		return check.Result{}, err
	}
	return check.Run(ctx, p.opener().Source(*job, m), check.Options{WrittenBytes: p.WrittenBytes, Approved: job.Approve, Each: job.Each})
}

// Suggested returns the mapping that is suggested for a job which would be held for want of one, or came with that one as it was written; nil for any other.
func (p *Pipeline) Suggested(ctx context.Context, job Job) (*proposal.Proposal, error) {
	if _, _, err := p.identifyAndCheck(ctx, &job); err != nil {
		return nil, err
	}
	return p.opener().Pending(ctx, job)
}

// Index gives the stored records the keys by which the import of a job would look them up. It writes nothing else. The error is a *ledger.Refusal
// where the workbook cannot be imported.
func (p *Pipeline) Index(ctx context.Context, job Job) error {
	c, err := p.Check(ctx, &job)
	if err != nil {
		return err
	}
	imp := job.NewImport()
	rules, err := p.indexer().rules(c, &imp)
	if err != nil {
		return err
	}
	return p.indexer().now(ctx, rules)
}

// IndexAgain does so for all rules that records have been looked up by.
func (p *Pipeline) IndexAgain(ctx context.Context) error { return p.indexer().now(ctx, nil) }

func (p *Pipeline) opener() *job.Opener {
	return &job.Opener{Schema: p.Schema, Fallback: p.Fallback, Limits: p.Limits, Password: p.Password, Batch: p.Batch}
}

func (p *Pipeline) indexer() *indexer {
	return &indexer{Opener: *p.opener(), records: p.Store.Records, index: p.Store.Index, writer: p.Store.Writer, log: p.Log}
}

func (p *Pipeline) identifier() *identify.Identifier {
	return &identify.Identifier{Opener: *p.opener(), Imports: p.Store.Imports, Mappings: p.Store.Mappings, At: p.At}
}

func (p *Pipeline) returns() *held.Returns {
	return &held.Returns{Held: p.Store.Held, Imports: p.Store.Imports, Log: p.Log}
}

func (p *Pipeline) screener() *screen.Screener {
	return &screen.Screener{Opener: *p.opener(), Records: p.Store.Records, Imports: p.Store.Imports, Accepted: p.Store.Mappings, CountUnreadable: p.Store.Unreadable}
}

func (p *Pipeline) planner() *planner {
	return &planner{Screener: *p.screener(), journal: p.Store.Journal, newStore: p.Rehearse}
}

func (p *Pipeline) crashLoop() *crashLoop {
	return &crashLoop{Identifier: *p.identifier(), attempts: p.Store.Attempts, journal: p.Store.Journal}
}

func (p *Pipeline) finisher() *finish.Finisher {
	return &finish.Finisher{Identifier: *p.identifier(), Ended: p.Store.Imports, Journal: p.Store.Journal, Outbox: p.Store.Outbox, Log: p.Log, Ownership: &p.ownership}
}
