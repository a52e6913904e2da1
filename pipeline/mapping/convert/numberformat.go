package convert

import "strings"

// formatMark returns the currency that a number format shows beside the number: `#,##0 "kr"`, [$€-407], [$SEK]. Those of Excel that stand for
// the reader's own currency, whichever it is, come without one.
func formatMark(format string) (mark, bool) {
	for i := 0; i < len(format); i++ {
		var text string
		switch format[i] {
		case '_', '*': // room for a character, and one that fills the cell
			i++
			continue
		case '\\':
			i++
			text = escaped(format[i:])
			i += max(0, len(text)-1)
		case '"':
			text = upTo(format[i+1:], '"')
			i += len(text) + 1
		case '[':
			inner := upTo(format[i+1:], ']')
			i += len(inner) + 1
			if strings.HasPrefix(inner, "$") {
				if m, ok := bracketMark(inner[1:]); ok {
					return m, true
				}
			}
			continue
		default:
			if format[i] != '$' && format[i] < 0x80 {
				continue
			}
			text = escaped(format[i:])
			i += len(text) - 1
		}
		if m, ok := parseMark(trimSpaces(text)); ok {
			return m, true
		}
	}
	return mark{}, false
}

// bracketMark reads a currency and the language that it is written for: kr-41D.
func bracketMark(text string) (mark, bool) {
	at := strings.LastIndexByte(text, '-')
	if at < 0 {
		return parseMark(trimSpaces(text))
	}
	m, ok := parseMark(trimSpaces(text[:at]))
	if code := crownsAndDollars[strings.ToUpper(text[at+1:])]; ok && m.code == "" && code != "" {
		m.code = code
	}
	return m, ok
}

func upTo(s string, end byte) string {
	if i := strings.IndexByte(s, end); i >= 0 {
		return s[:i]
	}
	return s
}

// escaped returns the first character.
func escaped(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}
