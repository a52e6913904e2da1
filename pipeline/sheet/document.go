package sheet

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// elements calls do with each tag that opens an element in one of the parts that stand around the sheets. In nearly every workbook these are
// small, but nothing keeps them from having millions of elements, so none is ever held as a whole.
func (a *archive) elements(ctx context.Context, name string, do func(x *scanner) error) error {
	part, err := a.open(ctx, name)
	if err != nil {
		return err
	}
	defer part.Close()
	text, err := plainText(part)
	if err != nil {
		return fault.InPart(err, name)
	}
	x := newScanner(text, a.limits)
	for first := true; first || x.depth() > 0; first = false {
		if err := x.next(); err != nil {
			return fault.InPart(err, name)
		}
		if x.kind != opening {
			continue
		}
		if err := do(x); err != nil {
			return fault.InPart(err, name)
		}
	}
	_, err = io.Copy(io.Discard, part) // which compares size and checksum
	return fault.InPart(err, name)
}

// plainText gives the characters of a part as UTF-8, by its zeros or as its declaration says.
func plainText(r io.Reader) (io.Reader, error) {
	text, err := decodeUTF16(r)
	if err != nil {
		return nil, err
	}
	head := bufio.NewReader(text)
	const longest = 256 // of a declaration
	start, err := head.Peek(longest)
	if err != nil && err != io.EOF {
		return nil, err
	}
	declaration, _, ok := strings.Cut(strings.TrimPrefix(string(start), markUTF8), "?>")
	if !ok || !strings.HasPrefix(declaration, "<?xml") || saysUTF8(declaration) {
		return head, nil
	}
	return charset(declaredEncoding(declaration), head)
}

// at says whether the tag in hand opens an element at a path, from the root on and whatever the prefixes are. The root may have any name if
// that of the path is "".
func (s *scanner) at(path ...string) bool {
	above := s.depth()
	if !s.empty {
		above--
	}
	if s.kind != opening || above != len(path)-1 || above > 0 && string(local(s.name)) != path[above] {
		return false
	}
	names := s.names
	for i := len(s.starts) - 1; i >= 0; i-- {
		if path[i] != "" && string(local(names[s.starts[i]:])) != path[i] {
			return false
		}
		names = names[:s.starts[i]]
	}
	return true
}

// local gives a name without its prefix.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr gives the characters of an attribute of the tag in hand; "" if there is none. Of several the last one counts.
func (s *scanner) attr(name string) (string, error) {
	for i := len(s.attrs) - 1; i >= 0; i-- {
		if string(s.attrs[i].name) == name {
			text, err := decode(nil, s.attrs[i].value)
			return string(text), err
		}
	}
	return "", nil
}
