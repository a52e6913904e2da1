package ledger

// Unwritten are the changes of a batch that were not written, by index, each with the reason for which the database refuses it; nil where another
// program wrote the record between look-up and write.
type Unwritten map[int]*Problem

// Reject turns the changes that were not written into rejected ones: for their own reason, or for the conflict.
func (u Unwritten) Reject(changes []Change) {
	for i, why := range u {
		if why == nil {
			changes[i].RejectConflict()
		} else {
			changes[i].Refuse(*why)
		}
	}
}
