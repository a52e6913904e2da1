package grid

import (
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// fastCell reads the next cell straight from the scanner's buffer, if all of it is there and it has one of the forms that nearly every
// cell has:
//
//	<c r="A1" s="1" t="s"><v>12</v></c>
//	<c r="A1" t="inlineStr"><is><t>text</t></is></c>
//
// It reports whether it did; if not, nothing has been read, and the cell is read tag by tag. Most of the reader's speed is due to it.
func (r *cellReader) fastCell(numbered bool) (bool, error) {
	b := r.xml.Buffered()
	tag, n, ok := fastTag(b)
	if !ok {
		return false, nil
	}
	inline := tag.t == 'i'
	text, m, ok := fastText(b[n:], inline)
	if !ok {
		return false, nil
	}
	c := cellTag{column: r.column + 1, typ: tag.t, style: tag.s}
	if tag.r != nil {
		if err := r.place(&c, tag.r, numbered); err != nil {
			return false, err
		}
	}
	if err := r.settle(c.column); err != nil {
		return false, err
	}
	r.xml.Advance(n + m)
	if xmlscan.NeedsDecoding(text) {
		var err error
		if r.side, err = xmlscan.Decode(r.side[:0], text); err != nil {
			return false, err
		}
		text = r.side
	}
	return true, r.finish(&c, text)
}

// fastAttrs are the attributes of a cell.
type fastAttrs struct {
	r []byte
	s int
	t byte
}

// fastTag reads <c …>, and returns its length.
func fastTag(b []byte) (a fastAttrs, n int, ok bool) {
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

// plainByte are the bytes of names and numbers, of which r, s and t consist.
var plainByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	}
	return t
}()

var (
	fastValue        = [2][]byte{[]byte("<v>"), []byte("</v></c>")}
	fastInline       = [2][]byte{[]byte("<is><t>"), []byte("</t></is></c>")}
	fastInlineSpaced = [2][]byte{[]byte(`<is><t xml:space="preserve">`), fastInline[1]}
)

// fastText reads what is inside the cell, and its end. It returns the raw text and the length of everything.
func fastText(b []byte, inline bool) (text []byte, n int, ok bool) {
	if !inline {
		return xmlscan.Between(b, fastValue)
	}
	if text, n, ok = xmlscan.Between(b, fastInline); !ok {
		text, n, ok = xmlscan.Between(b, fastInlineSpaced)
	}
	return text, n, ok
}
