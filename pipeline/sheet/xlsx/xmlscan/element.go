package xmlscan

import (
	"bytes"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// Root steps to the root, checks its name and notes a second prefix for its namespace.
func (s *Scanner) Root(name string) error {
	if err := s.Next(); err != nil {
		return err
	}
	if s.Kind != Opening || string(s.Name) != name {
		return fault.Corrupt("the XML has the root <%s> where <%s> belongs", fault.Short(40, s.Name), name)
	}
	for _, a := range s.Attrs {
		if prefix, ok := bytes.CutPrefix(a.Name, []byte("xmlns:")); ok && string(a.Value) == mainNamespace {
			s.alias = append(bytes.Clone(prefix), ':')
		}
	}
	return nil
}

// RichText appends the text inside the element in hand (si, is): its t and the t of its runs. Phonetic text (rPh) is left out.
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

func CellTooLong(limit int) error {
	return fault.New(fault.CodeLimit, "a cell holds more than %s bytes of text; Excel's own limit is 32,767 characters", limit).OverLimit("cell_bytes")
}

// characters appends the decoded text of the element in hand, which may hold no other.
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

// At says whether the tag in hand opens an element at a path, from the root on and whatever the prefixes are. The root may have any name if
// that of the path is "".
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

// Local gives a name without its prefix.
func Local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// Attr gives the characters of an attribute of the tag in hand; "" if there is none. Of several the last one counts.
func (s *Scanner) Attr(name string) (string, error) {
	for i := len(s.Attrs) - 1; i >= 0; i-- {
		if string(s.Attrs[i].Name) == name {
			text, err := Decode(nil, s.Attrs[i].Value)
			return string(text), err
		}
	}
	return "", nil
}

// Between gives the characters between two fixed pieces of XML that b begins with.
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

// ParseBool reads a boolean attribute or value; what is none is false.
func ParseBool(s string) bool { return s == "1" || strings.EqualFold(s, "true") || s == "on" }
