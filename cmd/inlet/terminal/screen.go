package terminal

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// Is reports whether a reader or writer is a terminal.
func Is(stream any) bool {
	f := file(stream)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// file returns the file that a stream is, or that it writes to after it has changed the lines; nil if there is none.
func file(stream any) *os.File {
	switch s := stream.(type) {
	case *os.File:
		return s
	case lineWriter:
		return file(s.w)
	}
	return nil
}

// Limits of a screen's width. Some terminals, such as those of containers and serial lines, say that theirs is 0.
const (
	usualWidth    = 80
	smallestWidth = 20
)

// Width returns how many columns a terminal has; 0 if w is not a terminal.
func Width(w io.Writer) int {
	if !Is(w) {
		return 0
	}
	columns, _, err := term.GetSize(int(file(w).Fd()))
	if err != nil || columns <= 0 {
		columns, err = strconv.Atoi(os.Getenv("COLUMNS"))
		if err != nil || columns <= 0 {
			columns = usualWidth
		}
	}
	return max(columns, smallestWidth)
}

// Colours reports whether to write colours.
func Colours(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && Is(w)
}
