package sheet

import (
	"bytes"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// quickCell reads the next cell straight from the window, if all of it is there and it has the shape that nearly every cell has:
//
//	<c r="A1" s="1" t="s"><v>12</v></c>
//	<c r="A1" t="inlineStr"><is><t>text</t></is></c>
//
// It says whether it did; if not, nothing has been read, and the cell goes tag by tag. It is most of the reader's speed.
func (g *gridReader) quickCell(numbered bool) (bool, error) {
	x := g.xml
	b := x.buf[x.pos+x.used : x.end]
	tag, n, ok := quickTag(b)
	if !ok {
		return false, nil
	}
	inline := tag.t == 'i'
	text, m, ok := quickText(b[n:], inline)
	if !ok {
		return false, nil
	}
	c := stored{column: g.col + 1, typ: tag.t, style: tag.s}
	if tag.r != nil {
		if err := g.place(&c, tag.r, numbered); err != nil {
			return false, err
		}
	}
	if err := g.settle(c.column); err != nil {
		return false, err
	}
	x.used += n + m
	if class(text) != 0 {
		var err error
		if g.side, err = decode(g.side[:0], text); err != nil {
			return false, err
		}
		text = g.side
	}
	return true, g.finish(&c, text)
}

// quickAttrs are the attributes of a cell.
type quickAttrs struct {
	r []byte
	s int
	t byte
}

// quickTag reads <c …>, and says how long it is.
func quickTag(b []byte) (a quickAttrs, n int, ok bool) {
	if len(b) < 4 || b[0] != '<' || b[1] != 'c' {
		return a, 0, false
	}
	a.t = 'n'
	for n = 2; n+4 < len(b) && b[n] == ' ' && b[n+2] == '=' && b[n+3] == '"'; {
		value := b[n+4:]
		stop := 0
		for stop < len(value) && plainByte[value[stop]] {
			stop++
		}
		if stop == len(value) || value[stop] != '"' {
			return a, 0, false
		}
		value = value[:stop]
		switch b[n+1] {
		case 'r':
			a.r = value
		case 's':
			if a.s, ok = cell.ParseNumber(value); !ok {
				return a, 0, false
			}
		case 't':
			a.t = cellType(value)
		default:
			return a, 0, false
		}
		n += 4 + stop + 1
	}
	if n >= len(b) || b[n] != '>' {
		return a, 0, false
	}
	return a, n + 1, true
}

// plainByte are the bytes of names and numbers, as r, s and t have them.
var plainByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	}
	return t
}()

var (
	quickValue  = [2][]byte{[]byte("<v>"), []byte("</v></c>")}
	quickInline = [2][]byte{[]byte("<is><t>"), []byte("</t></is></c>")}
	quickSpaced = [2][]byte{[]byte(`<is><t xml:space="preserve">`), quickInline[1]}
	quickShared = [2][]byte{[]byte("<si><t>"), []byte("</t></si>")}
	quickKept   = [2][]byte{[]byte(`<si><t xml:space="preserve">`), quickShared[1]}
)

// quickText reads what is inside the cell and the cell's end: the raw text, and how long all of it is.
func quickText(b []byte, inline bool) (text []byte, n int, ok bool) {
	if !inline {
		return between(b, quickValue)
	}
	if text, n, ok = between(b, quickInline); !ok {
		text, n, ok = between(b, quickSpaced)
	}
	return text, n, ok
}

// between gives the characters between two fixed pieces of XML that b begins with.
func between(b []byte, pieces [2][]byte) (text []byte, n int, ok bool) {
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

// quickEntry does the same for the shared strings: <si><t>text</t></si>.
func (s *scanner) quickEntry() (text []byte, ok bool) {
	b := s.buf[s.pos+s.used : s.end]
	text, n, ok := between(b, quickShared)
	if !ok {
		text, n, ok = between(b, quickKept)
	}
	if ok {
		s.used += n
	}
	return text, ok
}
