package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// What a byte of XML text may ask for.
const (
	isEntity  = 1 << iota // & begins one
	isReturn              // line ends are to be made \n
	isHigh                // not ASCII: UTF-8 is to be checked
	isControl             // not allowed in XML
)

// classes are the classes of all bytes.
var classes = func() (t [256]byte) {
	for c := range t {
		switch {
		case c == '&':
			t[c] = isEntity
		case c == '\r':
			t[c] = isReturn
		case c >= utf8.RuneSelf:
			t[c] = isHigh
		case c < ' ' && c != '\t' && c != '\n':
			t[c] = isControl
		}
	}
	return t
}()

// class returns the classes of all bytes of a text together, because most texts need nothing.
func class(text []byte) (c byte) {
	for _, b := range text {
		c |= classes[b]
	}
	return c
}

// NeedsDecoding reports whether Decode has anything to change or to check in a text. Nearly no text needs it.
func NeedsDecoding(text []byte) bool { return class(text) != 0 }

// Decode appends the characters that raw XML text stands for.
func Decode(dst, raw []byte) ([]byte, error) {
	c := class(raw)
	if err := legal(c, raw); err != nil {
		return dst, err
	}
	if c&(isEntity|isReturn) == 0 {
		return append(dst, raw...), nil
	}
	for len(raw) > 0 {
		i := bytes.IndexAny(raw, "&\r")
		if i < 0 {
			break
		}
		dst = append(dst, raw[:i]...)
		raw = raw[i:]
		if raw[0] == '\r' {
			dst, raw = append(dst, '\n'), bytes.TrimPrefix(raw[1:], []byte("\n"))
			continue
		}
		r, n, ok := entity(raw)
		if !ok {
			return dst, fault.Corrupt("the XML has an & that does not start a known entity, %s; in text it must be written &amp;", fault.Quoted(20, raw))
		}
		dst, raw = utf8.AppendRune(dst, r), raw[n:]
	}
	return append(dst, raw...), nil
}

// verbatim appends the text of a CDATA section, in which nothing is an entity.
func verbatim(dst, raw []byte) ([]byte, error) {
	c := class(raw)
	if err := legal(c, raw); err != nil {
		return dst, err
	}
	if c&isReturn != 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	return append(dst, raw...), nil
}

// legal refuses characters that XML does not allow.
func legal(c byte, raw []byte) error {
	if c&isControl != 0 {
		return fault.Corrupt("the XML contains a control character; Excel writes these as _x0001_")
	}
	if c&isHigh != 0 && !utf8.Valid(raw) {
		return fault.Corrupt("the XML contains bytes that are not UTF-8")
	}
	return nil
}

// entity reads the entity that b begins with, and returns its length.
func entity(b []byte) (r rune, n int, ok bool) {
	n = bytes.IndexByte(b[:min(len(b), 12)], ';') + 1
	if n < 3 {
		return 0, 0, false
	}
	switch name := string(b[1 : n-1]); name {
	case "amp":
		return '&', n, true
	case "lt":
		return '<', n, true
	case "gt":
		return '>', n, true
	case "quot":
		return '"', n, true
	case "apos":
		return '\'', n, true
	default:
		r, ok = reference(name)
		return r, n, ok
	}
}

// reference reads the name of a numeric entity: "#38" or "#x26".
func reference(name string) (rune, bool) {
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(v)) || v < ' ' && v != '\t' && v != '\n' && v != '\r' {
		return 0, false
	}
	return rune(v), true
}

// Unescape replaces Excel's own escapes (_x000D_) in b, from an offset on, by the characters they stand for. It works in place.
func Unescape(b []byte, from int) []byte {
	i := bytes.Index(b[from:], []byte("_x"))
	if i < 0 {
		return b
	}
	out := b[:from+i]
	for rest := b[from+i:]; len(rest) > 0; {
		r, n := escape(rest)
		if n == 0 {
			out = append(out, rest[0])
			rest = rest[1:]
			continue
		}
		out = utf8.AppendRune(out, r) // never longer than the escape was
		rest = rest[n:]
	}
	return out
}

// escape reads one _xHHHH_, or two that are a surrogate pair. n is 0 if there is none.
func escape(b []byte) (r rune, n int) {
	hi, ok := escapeUnit(b)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(hi) {
		if lo, ok := escapeUnit(b[7:]); ok {
			if r := utf16.DecodeRune(hi, lo); r != utf8.RuneError {
				return r, 14
			}
		}
		return utf8.RuneError, 7
	}
	return hi, 7
}

// escapeUnit reads one _xHHHH_.
func escapeUnit(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	v := rune(0)
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c >= 'A' && c <= 'F':
			v = v<<4 | rune(c-'A'+10)
		case c >= 'a' && c <= 'f':
			v = v<<4 | rune(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
