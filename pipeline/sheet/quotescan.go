package sheet

import "bytes"

// quoteScan looks whether RFC 4180 knows every quote of a text. It gets the text in pieces, and costs next to nothing where there are few.
type quoteScan struct {
	delimiter byte
	in        quotePlace
	last      byte // the last one outside of quotes
	misplaced bool
}

type quotePlace uint8

const (
	outsideQuotes quotePlace = iota
	insideQuotes
	behindQuote  // one within quotes: the next byte says what it is
	behindSpaces // and behind the one that closed
)

// look takes the next piece.
func (q *quoteScan) look(b []byte) {
	for len(b) > 0 && !q.misplaced {
		switch q.in {
		case outsideQuotes, insideQuotes:
			i := bytes.IndexByte(b, '"')
			if i < 0 {
				q.last = b[len(b)-1]
				return
			}
			if i > 0 {
				q.last = b[i-1]
			}
			b = b[i+1:]
			if q.in == insideQuotes {
				q.in = behindQuote
				continue
			}
			q.in, q.misplaced = insideQuotes, !q.ends(q.last) && q.last != 0
		default:
			q.behind(b[0])
			b = b[1:]
		}
	}
}

func (q *quoteScan) behind(c byte) {
	switch {
	case c == '"' && q.in == behindQuote:
		q.in = insideQuotes
	case q.ends(c):
		q.in, q.last = outsideQuotes, c
	case c == ' ':
		q.in = behindSpaces
	default:
		q.misplaced = true
	}
}

// ends says whether a field ends at a byte.
func (q *quoteScan) ends(c byte) bool {
	return c == '\n' || c == '\r' || c == q.delimiter && c != 0
}

// end says whether every quote was in its place.
func (q *quoteScan) end() bool { return !q.misplaced && q.in != insideQuotes }
