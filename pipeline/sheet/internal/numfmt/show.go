package numfmt

import (
	"strconv"
	"strings"
)

// Show gives the number (as Shorten gives it) as the format displays it, with a point for the decimals: which sign a reader's
// own Excel shows there, the workbook does not say.
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
		return raw // nothing that would say how
	}
	d = d.shift(s.shift).round(s.places)
	text := strings.TrimSpace(s.place(d))
	if d.neg && !bare && !d.zero() {
		return "-" + text
	}
	return text
}

// choose gives the section for the number, and whether that section shows the sign itself.
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
		case f.sections[0].compare != "": // the others are for the rest
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

// place puts the digits where the placeholders are.
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

// fraction writes one digit behind the point, and the point before the first.
func (s *section) fraction(b *strings.Builder, frac string, i int, sign byte) {
	if sign != '0' && strings.Trim(frac[i:], "0") == "" {
		return
	}
	if i == 0 {
		b.WriteByte('.')
	}
	b.WriteByte(frac[i])
}

// group writes the separator of thousands where left digits are still to come.
func (s *section) group(b *strings.Builder, left int) {
	if s.thousands && left > 0 && left%3 == 0 {
		b.WriteByte(',')
	}
}
