package xmlscan

import (
	"bytes"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// CellTooLong refuses a cell whose text is above the limit.
func CellTooLong(limit int) error {
	return fault.New(fault.CodeLimit, "a cell contains more than %s bytes of text; Excel's own limit is 32,767 characters", limit).OverLimit("cell_bytes")
}

// Local returns a name without its prefix.
func Local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// Between returns the characters between two fixed pieces of XML that b begins with, and the length of all three; false if b does not
// begin so.
func Between(b []byte, pieces [2][]byte) (text []byte, n int, ok bool) {
	open, shut := pieces[0], pieces[1]
	if !bytes.HasPrefix(b, open) {
		return nil, 0, false
	}
	i := bytes.IndexByte(b[len(open):], '<')
	if i < 0 || !bytes.HasPrefix(b[len(open)+i:], shut) {
		return nil, 0, false
	}
	return b[len(open) : len(open)+i], len(open) + i + len(shut), true
}

// Bool reads a boolean attribute or value; ok is false for anything else.
func Bool(s string) (value, ok bool) {
	switch {
	case s == "1" || strings.EqualFold(s, "true") || s == "on":
		return true, true
	case s == "0" || strings.EqualFold(s, "false") || s == "off":
		return false, true
	}
	return false, false
}
