package ledger

// CrashPoint is an instant of an import between two things that last. A crash at any of them must not be seen in how the import ends.
type CrashPoint string

// The points, in the order in which an import comes by: before each is behind the one above it. The archive has some of its own, between
// AtReported and AtQueued.
const (
	AtHashed       CrashPoint = "hashed"       // the workbook has its sum
	AtChecked      CrashPoint = "checked"      // it was read to its end
	AtBegun        CrashPoint = "begun"        // the import stands in the store
	AtPlanned      CrashPoint = "planned"      // no cap holds it
	AtJournalled   CrashPoint = "journalled"   // a batch stands in the journal
	AtHalfWritten  CrashPoint = "half written" // the accounts of a batch are written, its contacts are not
	AtWritten      CrashPoint = "written"      // its records are written
	AtCheckpointed CrashPoint = "checkpointed" // the import has moved on to the next batch
	AtUndoing      CrashPoint = "undo: between batches"
	AtApplied      CrashPoint = "applied"       // the last batch is behind
	AtUndone       CrashPoint = "undone"        // of an undo: that the import is undone stands with it
	AtEnded        CrashPoint = "ended"         // how it ended stands in the store
	AtHalfReported CrashPoint = "half reported" // some of the rejected rows are written
	AtReported     CrashPoint = "reported"      // all that goes with the workbook is made
	AtQueued       CrashPoint = "queued"        // what is to be told stands in the outbox
	AtPlaced       CrashPoint = "placed"        // where the files lie stands in the store
	AtForgotten    CrashPoint = "forgotten"     // the claim is taken away
	AtSent         CrashPoint = "sent"          // a mail or webhook has gone out
	AtPosted       CrashPoint = "posted"        // and that it has stands in the outbox
)

// At is called when an import comes by a point, by a test that ends the process there. It is nil otherwise.
type At func(CrashPoint)

// Reach says that a point is reached.
func (at At) Reach(p CrashPoint) {
	if at != nil {
		at(p)
	}
}
