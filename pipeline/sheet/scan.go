package sheet

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// scanned is one batch of rows, or what stood in the way of it.
type scanned struct {
	batchOfRows
	err   error
	fault string // a panic, which goes on where the rows are asked for
	free  chan<- batchOfRows
}

// leave gives the memory of a batch back for another one.
func (b *scanned) leave() { b.free <- b.batchOfRows }

// scanAhead scans the next batch while somebody is busy with the one before it. The func it returns ends that, and waits for its end.
func (g *gridReader) scanAhead(ctx context.Context, n int) (func(yield func(*scanned) bool), func()) {
	const batches = 2
	ready, free, end := make(chan *scanned, batches+1), make(chan batchOfRows, batches), make(chan struct{})
	for range batches {
		free <- batchOfRows{}
	}
	var running sync.WaitGroup
	running.Go(func() {
		defer close(ready)
		defer func() {
			if v := recover(); v != nil {
				ready <- &scanned{fault: fmt.Sprintf("%v\n%s", v, debug.Stack())}
			}
		}()
		for more := true; more; {
			select {
			case g.batchOfRows = <-free:
			case <-end:
				return
			}
			var err error
			more, err = g.batch(ctx, n)
			ready <- &scanned{batchOfRows: g.batchOfRows, err: err, free: free} // there is room for all
			more = more && err == nil
		}
	})
	all := func(yield func(*scanned) bool) {
		for b := range ready {
			if b.fault != "" {
				panic(b.fault)
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
