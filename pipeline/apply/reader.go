package apply

import (
	"context"
	"errors"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/read"
)

// portionReader reads portions in a goroutine of its own, one ahead.
type portionReader struct {
	read chan *read.Portion
	err  error // once read is closed
}

// next returns the next portion, nil at the end of the workbook.
func (p *portionReader) next() (*read.Portion, error) {
	b, ok := <-p.read
	if ok {
		return b, nil
	}
	if fault, ok := errors.AsType[*ledger.Panic](p.err); ok {
		panic(fault)
	}
	return nil, p.err
}

// startReading starts to read what is left of the workbook. The func it returns stops that and waits for its end.
func (a *applier) startReading(ctx context.Context) (*portionReader, func()) {
	ctx, cancel := context.WithCancel(ctx)
	p := &portionReader{read: make(chan *read.Portion)}
	a.done = make(chan *read.Portion, 1)
	from := a.Report.Import.Cursor
	go func() {
		defer close(p.read)
		p.err = ledger.Catch(func() error {
			return a.Source.Portions(ctx, from, a.Notes, func(b *read.Portion) error {
				select {
				case p.read <- b.Detach(a.done):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
	}()
	return p, func() {
		cancel()
		for range p.read { // until it is closed
		}
	}
}
