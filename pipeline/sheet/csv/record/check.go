package record

import "bytes"

// QuoteCheck checks whether every quote of a text follows RFC 4180 or is part of Excel's ="00123". It gets the text in pieces, and costs
// next to nothing if there are few quotes.
type QuoteCheck struct {
	Delimiter    byte
	state        quoteState
	before, last byte // the last two outside of quoted fields
	misplaced    bool
}

type quoteState uint8

const (
	outsideQuotes quoteState = iota
	insideQuotes
	insideZeros  // inside ="00123"
	behindQuote  // after a quote in a quoted field: the next byte decides what it is
	behindSpaces // after spaces behind a closing quote
)

// Add checks the next piece of the text.
func (q *QuoteCheck) Add(b []byte) {
	for len(b) > 0 && !q.misplaced {
		switch q.state {
		case outsideQuotes:
			i := bytes.IndexByte(b, '"')
			if i < 0 {
				q.pass(b)
				return
			}
			q.pass(b[:i])
			q.open()
			b = b[i+1:]
		case insideQuotes:
			i := bytes.IndexByte(b, '"')
			if i < 0 {
				return
			}
			q.state, b = behindQuote, b[i+1:]
		case insideZeros:
			q.misplaced = q.ends(b[0])
			if b[0] == '"' {
				q.state = behindSpaces
			}
			b = b[1:]
		default:
			q.behind(b[0])
			b = b[1:]
		}
	}
}

// pass notes the end of a text without quotes, outside of a quoted field.
func (q *QuoteCheck) pass(b []byte) {
	switch n := len(b); n {
	case 0:
	case 1:
		q.before, q.last = q.last, b[0]
	default:
		q.before, q.last = b[n-2], b[n-1]
	}
}

// open handles a quote outside of a quoted field. Before the first byte, last is zero.
func (q *QuoteCheck) open() {
	switch {
	case q.last == 0 || q.ends(q.last):
		q.state = insideQuotes
	case q.last == '=' && (q.before == 0 || q.ends(q.before)):
		q.state = insideZeros
	default:
		q.misplaced = true
	}
}

// behind handles a byte after a quote that was inside a quoted field.
func (q *QuoteCheck) behind(c byte) {
	switch {
	case c == '"' && q.state == behindQuote:
		q.state = insideQuotes
	case q.ends(c):
		q.state, q.last = outsideQuotes, c
	case c == ' ':
		q.state = behindSpaces
	default:
		q.misplaced = true
	}
}

// ends reports whether a byte ends a field.
func (q *QuoteCheck) ends(c byte) bool {
	return c == '\n' || c == '\r' || c == q.Delimiter && c != 0
}

// OK reports, at the end of the text, whether every quote was in its place.
func (q *QuoteCheck) OK() bool {
	return !q.misplaced && q.state != insideQuotes && q.state != insideZeros
}
