package ledger

// Point is an instant of an import between two things that last. A crash at any of them must not be seen in how the import ends.
type Point string

// The points, in the order in which an import comes by: before each is behind the one above it. The archive has some of its own, between
// AtReported and AtQueued.
const (
	AtHashed       Point = "hashed"       // the workbook has its sum
	AtChecked      Point = "checked"      // it was read to its end
	AtBegun        Point = "begun"        // the import stands in the store
	AtPlanned      Point = "planned"      // no cap holds it
	AtJournalled   Point = "journalled"   // a batch stands in the journal
	AtHalfWritten  Point = "half written" // the accounts of a batch are written, its contacts are not
	AtWritten      Point = "written"      // its records are written
	AtCheckpointed Point = "checkpointed" // the import has moved on to the next batch
	AtUndoing      Point = "undo: between batches"
	AtApplied      Point = "applied"       // the last batch is behind
	AtUndone       Point = "undone"        // of an undo: that the import is undone stands with it
	AtEnded        Point = "ended"         // how it ended stands in the store
	AtHalfReported Point = "half reported" // some of the rejected rows are written
	AtReported     Point = "reported"      // all that goes with the workbook is made
	AtQueued       Point = "queued"        // what is to be told stands in the outbox
	AtPlaced       Point = "placed"        // where the files lie stands in the store
	AtForgotten    Point = "forgotten"     // the claim is taken away
	AtSent         Point = "sent"          // a mail or webhook has gone out
	AtPosted       Point = "posted"        // and that it has stands in the outbox
)

// At is called when an import comes by a point, by a test that ends the process there. It is nil otherwise.
type At func(Point)

// Reach says that a point is reached.
func (at At) Reach(p Point) {
	if at != nil {
		at(p)
	}
}
