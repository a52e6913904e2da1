package cell

import (
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// The errors that the reader finds in a cell. Excel has no such codes.
const (
	ErrShared = "#SHARED!" // it refers to a shared string that does not exist
	ErrStyle  = "#STYLE!"  // a number with a format that does not exist, so it may be a date
	ErrNumber = "#NUMBER!" // its number is not a number, or one that cannot be kept: too large, or too close to 0
)

// MaxQuoted is how many bytes of a damaged cell are kept.
const MaxQuoted = 100

// damage is what the file stores for a cell that cannot be read. It is a part of the cell's style, so that other cells need no memory
// for it.
type damage struct{ index, stored string }

// Fail makes a cell one of the reader's own errors: code is its Raw, index and stored are the details that Damage returns.
func Fail(c *Cell, code, index string, stored []byte) {
	c.Type, c.Raw = Error, code
	c.Style = &Style{damaged: &damage{index: strings.ToValidUTF8(index, "\uFFFD"), stored: fault.Short(MaxQuoted, stored)}}
}

// Damage returns the details of a cell whose Raw is ErrStyle, ErrShared or ErrNumber: the index of the style or shared string that does
// not exist, as the file writes it, and the characters stored as the cell's value. Both are "" for every other cell.
func (c Cell) Damage() (index, stored string) {
	if c.Type != Error || c.Style == nil || c.Style.damaged == nil {
		return "", ""
	}
	return c.Style.damaged.index, c.Style.damaged.stored
}
