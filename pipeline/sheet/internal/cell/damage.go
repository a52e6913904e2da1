package cell

// The errors that the reader finds in a cell. Excel has no such codes.
const (
	ErrShared = "#SHARED!" // it refers to a shared string that does not exist
	ErrStyle  = "#STYLE!"  // a number with a format that does not exist, so it may be a date
	ErrNumber = "#NUMBER!" // its number is not a number, or one that cannot be kept: too large, or too close to 0
)

// Fail makes a cell one of the reader's own errors.
func Fail(c *Cell, code string) { c.Type, c.Raw, c.Style = Error, code, nil }
