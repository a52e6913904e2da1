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
