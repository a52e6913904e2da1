package notify

import (
	"encoding/hex"
	"path"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/message"
)

// lines returns the lines of a text, each plain, without those that are blank.
func lines(s string) []string {
	var all []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = message.Plain(strings.TrimSpace(line)); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// cut keeps at most n characters of a text.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}

// title is a workbook's name as it is told: of a long one the beginning and the end, for that has what tells files apart and their kind.
func title(name string) string {
	const most, tail = 60, 20
	r := []rune(message.Plain(name))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most-tail-1]) + "…" + string(r[len(r)-tail:])
}

// fileName is the last part of a path as a name that each system takes; a long one loses of its middle, so that the header line it
// stands in stays below the 998 bytes that mail allows.
func fileName(p string) string {
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

// token writes an id with the letters, digits, points and hyphens that a Message-ID and a header take; two ids never give one token.
func token(id string) string {
	var b strings.Builder
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			b.WriteByte(c)
		case c == '.' && i > 0 && i < len(id)-1 && id[i-1] != '.': // elsewhere mail does not allow it
			b.WriteByte(c)
		default:
			b.WriteByte('_')
			b.WriteString(hex.EncodeToString([]byte{c}))
		}
	}
	return b.String()
}
