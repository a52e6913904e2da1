package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain keeps a text on its line, and keeps what a workbook or the name of a file holds from steering a terminal: a line break is shown, any
// other control character, what turns the direction of writing, and bytes that are not UTF-8 are written as Go would, such as \x1b and \u202e.
func Plain(s string) string {
	if !strings.ContainsFunc(s, steers) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for rest := strings.ReplaceAll(s, "\r\n", "\n"); rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			b.WriteRune('⏎')
		case r == '\t':
			b.WriteByte(' ')
		case !steers(r):
			b.WriteString(rest[:size])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	return b.String()
}

// steers reports whether a character does something else on a terminal than to be seen.
func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// PlainLines is Plain for a text of several lines.
func PlainLines(s string) string {
	all := strings.Split(s, "\n")
	for i := range all {
		all[i] = Plain(all[i])
	}
	return strings.Join(all, "\n")
}

// NewEncoder returns an encoder of JSON that a terminal can show: what steers one is written as JSON's own escapes, which mean the same.
func NewEncoder(w io.Writer) *json.Encoder { return json.NewEncoder(JSONWriter(w)) }

// JSONWriter returns a writer of JSON that a terminal can show. It is to be given whole values, or whole lines of them.
func JSONWriter(w io.Writer) io.Writer { return escaper{w} }

type escaper struct{ io.Writer }

// Write passes JSON on. Such characters stand in its strings only; line breaks are the encoder's own.
func (e escaper) Write(text []byte) (int, error) {
	safe := text
	if bytes.ContainsFunc(text, escapes) {
		var b bytes.Buffer
		for _, r := range string(text) {
			if escapes(r) {
				fmt.Fprintf(&b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
		safe = b.Bytes()
	}
	if _, err := e.Writer.Write(safe); err != nil {
		return 0, err
	}
	return len(text), nil
}

func escapes(r rune) bool { return r != '\n' && r != '\t' && steers(r) }
