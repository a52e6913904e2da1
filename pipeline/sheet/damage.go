package sheet

import "strings"

// The errors that the reader itself finds in a cell; Excel has no such codes.
const (
	ErrShared = "#SHARED!" // it points to a shared string that does not exist
	ErrStyle  = "#STYLE!"  // a number in a format that does not exist: it may be a date
	ErrNumber = "#NUMBER!" // its number is not a number, or one that cannot be kept: too large, or too close to 0
)

// mostQuoted is how much of a damaged cell is kept, in bytes.
const mostQuoted = 100

// damage is what the file holds in a cell that makes no sense. It hangs on the cell's style, so that sound cells do not pay for it.
type damage struct{ index, stored string }

// fail makes the cell one of the reader's own errors.
func (c *Cell) fail(code, index string, stored []byte) {
	c.Type, c.Raw = Error, code
	c.style = &style{damaged: &damage{index: strings.ToValidUTF8(index, "\uFFFD"), stored: short(mostQuoted, stored)}}
}

// Damage gives the details of a cell whose Raw is ErrStyle, ErrShared or ErrNumber: the number of the style or of the shared string that
// does not exist, as the file has it, and the characters that are stored as the cell's value. Both are "" for every other cell.
func (c Cell) Damage() (index, stored string) {
	if c.Type != Error || c.style == nil || c.style.damaged == nil {
		return "", ""
	}
	return c.style.damaged.index, c.style.damaged.stored
}
