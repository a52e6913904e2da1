package xmlscan

import (
	"bytes"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// Attr is one attribute of a tag, with its value as written.
type Attr struct{ Name, Value []byte }

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

// trimRight is bytes.TrimRight for XML white space, which nearly no tag has.
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
