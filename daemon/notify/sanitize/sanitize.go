// Package sanitize makes texts of workbooks, users and systems safe and short enough for mails, headers and chat messages.
package sanitize

import (
	"encoding/hex"
	"path"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/message"
)

// PlainLines returns the lines of a text as plain text, without blank ones.
func PlainLines(s string) []string {
	var all []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = message.Plain(strings.TrimSpace(line)); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Truncate shortens a text to n characters.
func Truncate(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}

// ShortName returns the name of a workbook, a long one without its middle: names often differ only at the end, which also has the file type.
func ShortName(name string) string {
	const most, tail = 60, 20
	r := []rune(message.Plain(name))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most-tail-1]) + "…" + string(r[len(r)-tail:])
}

// FileName returns the last part of a path as a name that is valid on every system. A long one loses its middle, so that the header line stays below
// the 998 bytes that mail allows.
func FileName(p string) string {
	name := strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || strings.ContainsRune(`/\:*?"<>|⏎`, r) {
			return '_'
		}
		return r
	}, message.Plain(path.Base(p)))
	const most, tail = 70, 30
	if r := []rune(name); len(r) > most {
		name = string(r[:most-tail]) + string(r[len(r)-tail:])
	}
	return name
}

// HeaderToken encodes an id with the characters that a Message-ID and a header allow. Different ids give different tokens.
func HeaderToken(id string) string {
	var b strings.Builder
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			b.WriteByte(c)
		case c == '.' && i > 0 && i < len(id)-1 && id[i-1] != '.': // not allowed elsewhere
			b.WriteByte(c)
		default:
			b.WriteByte('_')
			b.WriteString(hex.EncodeToString([]byte{c}))
		}
	}
	return b.String()
}
