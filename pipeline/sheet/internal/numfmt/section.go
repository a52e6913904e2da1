package numfmt

import (
	"strconv"
	"strings"
)

// section is one of the sections of a format, which semicolons separate.
type section struct {
	kind      Kind
	pieces    []piece
	whole     int // placeholders before the point
	places    int // placeholders after the point
	thousands bool
	shift     int // of the point, because of per cent signs and trailing commas
	compare   string
	limit     float64 // [compare limit], where compare is not ""
	unplaced  bool    // exponent or fraction: shown plain
}

// piece is a literal or one placeholder.
type piece struct {
	sign byte // '0', '#', '?', '.', '@', or 0 for a literal
	text string
}

// lexer reads one section.
type lexer struct {
	section
	day, clock, month bool // letters seen
	minutes           bool // m or mm was seen, which are minutes beside hours
	at, pointed       bool
	general           bool
	comma             int // commas since the last placeholder
}

func parseSection(code string) section {
	l := &lexer{}
	for i := 0; i < len(code); {
		i += l.step(code[i:])
	}
	l.shift -= 3 * l.comma // commas after the last digit: thousands
	l.kind = l.judge()
	return l.section
}

// step reads one element and returns its length.
func (l *lexer) step(code string) int {
	switch c := code[0]; c {
	case '"':
		n := closing(code, 0, '"')
		l.literal(code[1:n])
		return min(n+1, len(code))
	case '[':
		n := closing(code, 0, ']')
		l.bracket(code[1:n])
		return min(n+1, len(code))
	case '\\':
		return l.escaped(code)
	case '_', '*': // space of a character, a character to fill with
		return min(2, len(code))
	case '0', '#', '?':
		l.placeholder(c)
	case '.':
		l.pointed = true
		l.pieces = append(l.pieces, piece{sign: '.'})
	case ',':
		l.comma++
	case '%':
		l.shift += 2
		l.literal("%")
	case '@':
		l.at = true
	case '/':
		l.unplaced = true
		l.literal("/")
	default:
		return l.word(code)
	}
	return 1
}

// escaped reads a backslash and the character that it makes a literal.
func (l *lexer) escaped(code string) int {
	for i, r := range code[1:] {
		n := 1 + i + len(string(r))
		l.literal(code[1:min(n, len(code))])
		return min(n, len(code))
	}
	return 1
}

func (l *lexer) literal(text string) { l.pieces = append(l.pieces, piece{text: text}) }

func (l *lexer) placeholder(c byte) {
	if l.comma > 0 && !l.pointed {
		l.thousands = l.whole > 0
		l.comma = 0
	}
	if l.pointed {
		l.places++
	} else {
		l.whole++
	}
	l.pieces = append(l.pieces, piece{sign: c})
}

// bracket reads the content of [ ]: elapsed time, a condition, or a currency sign. Colours and languages are ignored.
func (l *lexer) bracket(text string) {
	switch lower := strings.ToLower(text); {
	case lower == "":
	case strings.Trim(lower, "h") == "", strings.Trim(lower, "m") == "", strings.Trim(lower, "s") == "":
		l.clock = true
	case lower[0] == '$':
		sign, _, _ := strings.Cut(text[1:], "-")
		l.literal(sign)
	case strings.ContainsRune("<>=", rune(lower[0])):
		digits := strings.TrimLeft(lower, "<>=")
		if limit, err := strconv.ParseFloat(digits, 64); err == nil {
			l.compare, l.limit = lower[:len(lower)-len(digits)], limit
		}
	}
}

// word reads letters: parts of dates, General, an exponent, or a literal.
func (l *lexer) word(code string) int {
	for _, w := range []string{"AM/PM", "A/P", "General", "Standard", "E+", "E-"} {
		if len(code) < len(w) || !strings.EqualFold(code[:len(w)], w) {
			continue
		}
		switch w[0] {
		case 'A':
			l.clock = true
		case 'E':
			l.unplaced = true
		default:
			l.general = true
		}
		return len(w)
	}
	return l.letter(code)
}

// letter reads a run of one date letter, or a literal character.
func (l *lexer) letter(code string) int {
	c := code[0] | 0x20
	n := 1
	for n < len(code) && code[n]|0x20 == c {
		n++
	}
	switch c {
	case 'y', 'd':
		l.day = true
	case 'h', 's':
		l.clock = true
	case 'm':
		l.minutes = l.minutes || n <= 2
		l.month = l.month || n > 2
	default:
		for i := range code {
			if i > 0 {
				l.literal(code[:i])
				return i
			}
		}
		l.literal(code)
		return len(code)
	}
	return n
}

// judge decides the kind by the letters and placeholders.
func (l *lexer) judge() Kind {
	day := l.day || l.month || l.minutes && !l.clock
	fraction := l.pointed && l.whole == 0 // ss.000
	switch {
	case (day || l.clock) && (l.whole+l.places == 0 || fraction):
		if day && l.clock {
			return DateTime
		}
		if day {
			return Date
		}
		return Clock
	case l.general:
		return General
	case l.whole+l.places > 0:
		return Number
	case l.at:
		return Text
	}
	return General
}
