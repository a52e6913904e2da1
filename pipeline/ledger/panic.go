package ledger

import (
	"fmt"
	"runtime/debug"
)

// Panic is a panic on its way, as an error, to a place that can end it or raise it again.
type Panic struct {
	Value any
	Stack []byte
}

// Error returns the value with the stack on which it was raised.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }

// Catch returns the error of do, and a panic of do as a *Panic.
func Catch(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v, debug.Stack()}
		}
	}()
	return do()
}
