package numfmt

import (
	"strconv"
	"strings"
)

// Show returns a number, in the form that Shorten returns, as the format displays it. The decimal separator is a point: the workbook
// does not state which one its user's Excel shows.
func (f *Format) Show(raw string) string {
	if f == nil || f.Kind != Number {
		return raw
	}
	d, ok := parseDecimal(raw)
	if !ok {
		return raw
	}
	s, bare := f.choose(d, raw)
	if s.unplaced || s.whole+s.places == 0 || s.kind != Number {
		return raw // there is no format for it
	}
	d = d.shift(s.shift).round(s.places)
	text := strings.TrimSpace(s.place(d))
	if d.neg && !bare && !d.zero() {
		return "-" + text
	}
	return text
}

// choose returns the section for the number, and whether that section shows the sign itself.
func (f *Format) choose(d decimal, raw string) (s *section, bare bool) {
	v, _ := strconv.ParseFloat(raw, 64)
	for i := range f.sections {
		if s := &f.sections[i]; s.compare != "" && holds(v, s.compare, s.limit) {
			return s, false
		}
	}
	for i := range f.sections {
		s := &f.sections[i]
		switch {
		case s.compare != "":
		case f.sections[0].compare != "": // the other sections are for the other numbers
			return s, false
		case i == 0 && (len(f.sections) == 1 || v > 0 || v == 0 && len(f.sections) == 2),
			i == 2 && v == 0:
			return s, false
		case i == 1 && d.neg:
			return s, true
		}
	}
	return &f.sections[0], false
}

func holds(v float64, compare string, limit float64) bool {
	switch compare {
	case "<":
		return v < limit
	case "<=":
		return v <= limit
	case ">":
		return v > limit
	case ">=":
		return v >= limit
	case "=":
		return v == limit
	case "<>":
		return v != limit
	}
	return false
}

// place puts the digits at the placeholders.
func (s *section) place(d decimal) string {
	var b strings.Builder
	slots := max(s.whole, len(d.whole))
	whole := strings.Repeat("0", slots-len(d.whole)) + d.whole
	given := slots - len(d.whole) // digits that are only padding
	next, places, pending := 0, 0, false
	for _, p := range s.pieces {
		switch {
		case p.sign == 0:
			b.WriteString(p.text)
		case p.sign == '.':
			if s.whole == 0 && d.whole != "" {
				b.WriteString(d.whole)
			}
			pending = true
		case pending:
			s.fraction(&b, d.frac, places, p.sign)
			places++
		default:
			run := 1
			if next == 0 {
				run += slots - s.whole // what has no placeholder goes before the first
			}
			for range run {
				if p.sign == '0' || next >= given {
					b.WriteByte(whole[next])
					s.group(&b, slots-next-1)
				}
				next++
			}
		}
	}
	return b.String()
}

// fraction writes one decimal digit, and the point before the first.
func (s *section) fraction(b *strings.Builder, frac string, i int, sign byte) {
	if sign != '0' && strings.Trim(frac[i:], "0") == "" {
		return
	}
	if i == 0 {
		b.WriteByte('.')
	}
	b.WriteByte(frac[i])
}

// group writes the thousands separator if a multiple of three digits is left.
func (s *section) group(b *strings.Builder, left int) {
	if s.thousands && left > 0 && left%3 == 0 {
		b.WriteByte(',')
	}
}
