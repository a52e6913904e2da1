package xmlscan

import (
	"bytes"

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

// openTag reads name and attributes. It returns the end of the tag, because a > inside a value is not the end.
func (s *Scanner) openTag(at, stop int) (int, error) {
	b := s.buf[s.pos+at+1 : s.pos+stop]
	n := nameEnd(b)
	if n == 0 {
		return 0, fault.Corrupt("the XML has a < that does not start a tag; in text it must be written &lt;")
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

// tagEnd returns the offset of the > that ends a tag, from an offset outside of quotes on.
//
// # Why it does not parse the attributes again at each >
//
// A value may have millions of them, and then that takes hours.
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

// push notes the element as open, unless its tag closes it.
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
	return fault.New(fault.CodeLimit, "the XML is nested more than %s elements deep, deeper than any sheet", maxDepth)
}

func tooLongNames() error {
	return fault.New(fault.CodeLimit, "the names of nested XML elements are longer than %s KB in total", maxOpenNames>>10)
}

// Root reads the tag of the root, checks its name, and notes a second prefix of its namespace.
func (s *Scanner) Root(name string) error {
	if err := s.Next(); err != nil {
		return err
	}
	if s.Kind != Opening || string(s.Name) != name {
		return fault.Corrupt("the XML has the root <%s> instead of <%s>", fault.Short(40, s.Name), name)
	}
	for _, a := range s.Attrs {
		if prefix, ok := bytes.CutPrefix(a.Name, []byte("xmlns:")); ok && string(a.Value) == mainNamespace {
			s.alias = append(bytes.Clone(prefix), ':')
		}
	}
	return nil
}

// RichText appends the text inside the current element (si, is): its t and the t of its runs. Phonetic text (rPh) is left out.
func (s *Scanner) RichText(text []byte, limit int) ([]byte, error) {
	if s.Empty {
		return text, nil
	}
	from := len(text)
	for depth := s.Depth(); s.Depth() >= depth; {
		err := s.Next()
		if err == nil && s.Kind == Opening {
			switch string(s.Name) {
			case "r":
			case "t":
				text, err = s.characters(text)
			default:
				err = s.Skip()
			}
		}
		if err != nil {
			return text, err
		}
		if len(text)-from > limit {
			return text, CellTooLong(limit)
		}
	}
	return Unescape(text, from), nil
}

// characters appends the decoded text of the current element, which may not contain another one.
func (s *Scanner) characters(text []byte) ([]byte, error) {
	if s.Empty {
		return text, nil
	}
	if err := s.Next(); err != nil {
		return text, err
	}
	if s.Kind != Closing {
		return text, fault.Corrupt("the XML has <%s> inside a text", fault.Short(40, s.Name))
	}
	if s.Decoded {
		return append(text, s.Text...), nil
	}
	return Decode(text, s.Text)
}

// At reports whether the current tag opens an element at a path from the root, whatever the prefixes are. If the first name is "" the
// root may have any name.
func (s *Scanner) At(path ...string) bool {
	above := s.Depth()
	if !s.Empty {
		above--
	}
	if s.Kind != Opening || above != len(path)-1 || above > 0 && string(Local(s.Name)) != path[above] {
		return false
	}
	names := s.names
	for i := len(s.starts) - 1; i >= 0; i-- {
		if path[i] != "" && string(Local(names[s.starts[i]:])) != path[i] {
			return false
		}
		names = names[:s.starts[i]]
	}
	return true
}

// Attr returns the decoded value of an attribute of the current tag; "" if there is none. Of several the last one counts.
func (s *Scanner) Attr(name string) (string, error) {
	for i := len(s.Attrs) - 1; i >= 0; i-- {
		if string(s.Attrs[i].Name) == name {
			text, err := Decode(nil, s.Attrs[i].Value)
			return string(text), err
		}
	}
	return "", nil
}
