package cell

// A batch ends early where rows are wide or their texts long, so that its memory does not depend on them.
const (
	maxBatchCells = 64 << 10
	maxBatchBytes = 4 << 20 // of texts
)

// Batch is some rows of a sheet and the memory that they are in, which the next batch uses again.
type Batch struct {
	Rows   []Row
	Cells  []Cell // of all rows
	Bytes  int    // of the texts that were added, as counted by whoever adds cells
	starts []int  // of each row in Cells
}

// Reset empties the batch.
func (b *Batch) Reset() {
	b.Rows, b.Cells, b.starts, b.Bytes = b.Rows[:0], b.Cells[:0], b.starts[:0], 0
}

// Full reports whether the batch has n rows, or as many cells or texts as a batch may have.
func (b *Batch) Full(n int) bool {
	return len(b.Rows) >= n || len(b.Cells) >= maxBatchCells || b.Bytes >= maxBatchBytes
}

// EndRow makes a row of the cells from an index on. The row has its cells once Finish was called, as Cells may still move.
func (b *Batch) EndRow(r Row, from int) {
	b.Rows = append(b.Rows, r)
	b.starts = append(b.starts, from)
}

// Finish gives each row its cells.
func (b *Batch) Finish() {
	for i, from := range b.starts {
		to := len(b.Cells)
		if i+1 < len(b.starts) {
			to = b.starts[i+1]
		}
		b.Rows[i].Cells = b.Cells[from:to:to]
	}
}
