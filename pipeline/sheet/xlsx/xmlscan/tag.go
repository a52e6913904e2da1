package xmlscan

import (
	"bytes"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// tag reads the tag at offset at, whose text began at offset from.
func (s *Scanner) tag(from, at int) error {
	stop, err := s.find('>', at+1)
	if err != nil {
		return truncatedToken(err)
	}
	if s.buf[s.pos+at+1] == '/' {
		err = s.closeTag(at, stop)
	} else {
		stop, err = s.openTag(at, stop)
	}
	if err != nil {
		return err
	}
	if s.alias != nil {
		s.Name = bytes.TrimPrefix(s.Name, s.alias)
	}
	s.Text = s.buf[s.pos+from : s.pos+at]
	if s.Decoded {
		if s.side, err = Decode(s.side, s.Text); err != nil {
			return err
		}
		s.Text = s.side
	}
	s.used = stop + 1
	return nil
}

func (s *Scanner) closeTag(at, stop int) error {
	name := trimRight(s.buf[s.pos+at+2 : s.pos+stop])
	if len(s.starts) == 0 {
		return fault.Corrupt("the XML closes <%s>, which is not open", fault.Short(40, name))
	}
	last := s.starts[len(s.starts)-1]
	if string(s.names[last:]) != string(name) {
		return fault.Corrupt("the XML closes <%s> where <%s> is open", fault.Short(40, name), fault.Short(40, s.names[last:]))
	}
	s.names, s.starts = s.names[:last], s.starts[:len(s.starts)-1]
	s.Kind, s.Name, s.Empty, s.Attrs = Closing, name, false, s.Attrs[:0]
	return nil
}

// openTag reads name and attributes. A > inside a value is not the tag's end, so it gives where the end was.
func (s *Scanner) openTag(at, stop int) (int, error) {
	b := s.buf[s.pos+at+1 : s.pos+stop]
	n := nameEnd(b)
	if n == 0 {
		return 0, fault.Corrupt("the XML has a < that begins no tag; a < in a text is written &lt;")
	}
	s.Attrs, s.Empty = s.Attrs[:0], false
	if n < len(b) {
		var err error
		if s.Attrs, s.Empty, err = attributes(s.Attrs, b[n:]); err == errOpenValue {
			if stop, err = s.tagEnd(at + 1 + n); err != nil {
				return 0, err
			}
			b = s.buf[s.pos+at+1 : s.pos+stop]
			s.Attrs, s.Empty, err = attributes(s.Attrs[:0], b[n:])
		}
		if err == errOpenValue {
			err = fault.Corrupt("the XML has an attribute without an end in <… %s>", fault.Short(60, b[n:]))
		}
		if err != nil {
			return 0, err
		}
	}
	s.Kind, s.Name = Opening, b[:n]
	return stop, s.push()
}

// tagEnd gives the offset of the > that ends a tag, from an offset outside of quotes on.
//
// # Why not try at each >
//
// A value may have millions of them, and to read the attributes anew at each takes hours.
func (s *Scanner) tagEnd(n int) (int, error) {
	for quote := byte(0); ; {
		b := s.buf[s.pos+n : s.end]
		i := bytes.IndexByte(b, quote)
		if quote == 0 {
			i = bytes.IndexAny(b, `"'>`)
		}
		if i < 0 {
			n = s.end - s.pos
			if err := s.fill(); err != nil {
				return 0, truncatedToken(err)
			}
			continue
		}
		n += i + 1
		switch c := b[i]; {
		case quote != 0:
			quote = 0
		case c == '>':
			return n - 1, nil
		default:
			quote = c
		}
	}
}

// push notes the element as open, unless it is closed by its own tag.
func (s *Scanner) push() error {
	if s.Depth() == 0 && s.rooted {
		return fault.Corrupt("the XML has a second root, <%s>", fault.Short(40, s.Name))
	}
	s.rooted = true
	if s.Empty {
		return nil
	}
	if s.Depth() == maxDepth {
		return tooDeep()
	}
	if len(s.names)+len(s.Name) > maxOpenNames {
		return tooLongNames()
	}
	s.starts = append(s.starts, len(s.names))
	s.names = append(s.names, s.Name...)
	return nil
}

func tooDeep() error {
	return fault.New(fault.CodeLimit, "the XML is more than %s elements deep; no sheet is", maxDepth)
}

func tooLongNames() error {
	return fault.New(fault.CodeLimit, "the names of the XML's elements have more than %s KB, one within the other", maxOpenNames>>10)
}

// Skip passes all that is inside the tag in hand.
func (s *Scanner) Skip() error {
	if s.Empty {
		return nil
	}
	for depth := s.Depth() - 1; s.Depth() > depth; {
		if err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}

// Drain reads to the end of the document and of its source, so that sizes and checksums are compared.
func (s *Scanner) Drain() error {
	for s.Kind != End {
		if err := s.Next(); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, s.src); err != nil {
		return err
	}
	return nil
}

// errOpenValue says that the bytes end inside the value of an attribute.
var errOpenValue = io.ErrShortBuffer

func nameEnd(b []byte) int {
	for i, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n', '/':
			return i
		case '<', '=', '"', '\'', '&':
			return 0
		}
	}
	return len(b)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// trimRight is bytes.TrimRight for XML's white space, of which there is none in nearly every tag.
func trimRight(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// attributes reads what follows the name in a tag: the attributes, and whether the tag closes itself.
func attributes(list []Attr, b []byte) ([]Attr, bool, error) {
	for i := 0; ; {
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return list, false, nil
		}
		if b[i] == '/' && i == len(b)-1 {
			return list, true, nil
		}
		eq := bytes.IndexByte(b[i:], '=')
		if eq <= 0 {
			return list, false, fault.Corrupt("the XML has an attribute without a value in <… %s>", fault.Short(60, b))
		}
		a := Attr{Name: trimRight(b[i : i+eq])}
		i += eq + 1
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) || b[i] != '"' && b[i] != '\'' {
			return list, false, fault.Corrupt("the XML has an attribute without quotes in <… %s>", fault.Short(60, b))
		}
		stop := bytes.IndexByte(b[i+1:], b[i])
		if stop < 0 {
			return list, false, errOpenValue
		}
		a.Value = b[i+1 : i+1+stop]
		list = append(list, a)
		i += stop + 2
	}
}
