package grid

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// scannedBatch is one batch of rows, or the error instead of it.
type scannedBatch struct {
	cell.Batch
	err      error
	panicked string // a panic, which goes on where the rows are asked for
	free     chan<- cell.Batch
}

// release lets another batch use the memory of this one.
func (b *scannedBatch) release() { b.free <- b.Batch }

// scanAhead scans the next batch while the caller works on the one before it. The func that it returns stops the goroutine and waits for
// its end.
func (r *Reader) scanAhead(ctx context.Context, n int) (func(yield func(*scannedBatch) bool), func()) {
	const batches = 2
	ready, free, end := make(chan *scannedBatch, batches+1), make(chan cell.Batch, batches), make(chan struct{})
	for range batches {
		free <- cell.Batch{}
	}
	var running sync.WaitGroup
	running.Go(func() {
		defer close(ready)
		defer func() {
			if v := recover(); v != nil {
				ready <- &scannedBatch{panicked: fmt.Sprintf("%v\n%s", v, debug.Stack())}
			}
		}()
		for more := true; more; {
			select {
			case r.Batch = <-free:
			case <-end:
				return
			}
			var err error
			more, err = r.batch(ctx, n)
			ready <- &scannedBatch{Batch: r.Batch, err: err, free: free} // there is room for all
			more = more && err == nil
		}
	})
	all := func(yield func(*scannedBatch) bool) {
		for b := range ready {
			if b.panicked != "" {
				panic(b.panicked)
			}
			if !yield(b) {
				return
			}
		}
	}
	return all, func() {
		close(end)
		running.Wait()
	}
}
