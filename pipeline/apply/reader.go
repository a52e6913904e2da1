package apply

import (
	"errors"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/read"
)

// portionReader reads portions in a goroutine of its own, one ahead.
type portionReader struct {
	read chan *read.Portion
	err  error // once read is closed

	ahead *read.Portion // taken by atEnd; nil if none is
}

// next returns the next portion, nil at the end of the workbook.
func (p *portionReader) next() (*read.Portion, error) {
	if b := p.ahead; b != nil {
		p.ahead = nil
		return b, nil
	}
	b, ok := <-p.read
	if ok {
		return b, nil
	}
	if fault, ok := errors.AsType[*ledger.Panic](p.err); ok {
		panic(fault)
	}
	return nil, p.err
}

// atEnd waits for the next portion and reports whether there is none. It is not said where the rest cannot be read.
func (p *portionReader) atEnd() bool {
	b, more := <-p.read
	p.ahead = b
	return !more && p.err == nil
}
