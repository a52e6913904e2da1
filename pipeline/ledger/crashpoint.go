package ledger

import "context"

// CrashPoint is a moment of an import between two durable steps. A crash at any of them must not change how the import ends.
type CrashPoint string

// The points in the order in which an import reaches them. The archive has some of its own, between AtReported and AtQueued.
const (
	AtHashed       CrashPoint = "hashed"       // the workbook's hash is known
	AtChecked      CrashPoint = "checked"      // it was read to its end
	AtBegun        CrashPoint = "begun"        // the import is in the store
	AtPlanned      CrashPoint = "planned"      // no cap holds it
	AtJournalled   CrashPoint = "journalled"   // a batch is in the journal
	AtHalfWritten  CrashPoint = "half written" // the accounts of a batch are written, its contacts are not
	AtWritten      CrashPoint = "written"      // its records are written
	AtCheckpointed CrashPoint = "checkpointed" // the import has advanced to the next batch
	AtUndoing      CrashPoint = "undo: between batches"
	AtApplied      CrashPoint = "applied"       // the last batch is done
	AtUndone       CrashPoint = "undone"        // of an undo: the undone import is marked
	AtEnded        CrashPoint = "ended"         // the end is in the store
	AtHalfReported CrashPoint = "half reported" // some of the rejected rows are written
	AtReported     CrashPoint = "reported"      // all files that go with the workbook are written
	AtQueued       CrashPoint = "queued"        // the notifications are in the outbox
	AtPlaced       CrashPoint = "placed"        // the path of the archived files is in the store
	AtForgotten    CrashPoint = "forgotten"     // the claim is removed
	AtSent         CrashPoint = "sent"          // a mail or webhook was sent
	AtPosted       CrashPoint = "posted"        // the outbox has it as sent
)

// At is called at each point. Tests end the process there; otherwise it is nil.
type At func(CrashPoint)

// Reach calls the func, if there is one.
func (at At) Reach(p CrashPoint) {
	if at != nil {
		at(p)
	}
}

// Condition must hold before a step of an import: it may wait, and returns an error if the step must not be taken. Nil always holds.
type Condition func(ctx context.Context) error

// Check returns why the condition does not hold.
func (c Condition) Check(ctx context.Context) error {
	if c == nil {
		return nil
	}
	return c(ctx)
}
