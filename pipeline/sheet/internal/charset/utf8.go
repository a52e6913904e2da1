package charset

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// UTF8Check checks how much of a text is UTF-8. It gets the text in pieces.
type UTF8Check struct {
	NonASCII, Invalid int // characters beyond ASCII that are UTF-8, bytes that are not
	InvalidLine       int // the line of the first byte that is not UTF-8
	ReplacedLine      int // the line of the first U+FFFD
	lines             int // that were checked
}

// Add checks the next piece of the text. It returns how many bytes it has used: a character that is cut in two is left for the next
// piece. last is true for the last piece.
func (v *UTF8Check) Add(b []byte, last bool) (used int) {
	for used < len(b) {
		if b[used] < utf8.RuneSelf {
			used += ASCIIPrefix(b[used:])
			continue
		}
		if !last && !utf8.FullRune(b[used:]) {
			break
		}
		r, n := utf8.DecodeRune(b[used:])
		switch {
		case r != utf8.RuneError:
			v.NonASCII++
		case n == 1:
			if v.Invalid++; v.Invalid == 1 {
				v.InvalidLine = v.lines + 1 + bytes.Count(b[:used], []byte("\n"))
			}
		default:
			if v.NonASCII++; v.ReplacedLine == 0 {
				v.ReplacedLine = v.lines + 1 + bytes.Count(b[:used], []byte("\n"))
			}
		}
		used += n
	}
	v.lines += bytes.Count(b[:used], []byte("\n"))
	return used
}

// ASCIIPrefix returns how many bytes at the beginning are ASCII. It compares eight at a time.
func ASCIIPrefix(b []byte) int {
	const beyond = 0x8080808080808080
	i := 0
	for len(b)-i >= 8 && binary.LittleEndian.Uint64(b[i:])&beyond == 0 {
		i += 8
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}
