package numfmt

import (
	"math"
	"strconv"
	"strings"
)

// digits is how many significant digits Excel keeps and shows of a number.
const digits = 15

// Shorten gives a stored number in its shortest plain form with at most 15 significant digits: "172540.63000000001" is
// "172540.63", "5.560000167E9" is "5560000167". An integer written out with more digits stays as it is, so that nothing of a long
// id is lost. False: it is no number, or none that is finite.
func Shorten(raw string) (string, bool) {
	switch form(raw) {
	case formShort, formInteger:
		return raw, true
	case formNone:
		return "", false
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", false
	}
	return plain(strconv.FormatFloat(f, 'e', digits-1, 64)), true
}

// The forms of a number's text.
const (
	formNone    = iota // no number
	formShort          // what Shorten gives
	formInteger        // digits only, more than 15
	formOther          // a number to be written anew
)

// form looks at a number's text once, as nearly all are short already.
func form(raw string) int {
	s := strings.TrimPrefix(raw, "-")
	dot, count := -1, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			count++
		case c == '.' && dot < 0:
			dot = i
		case c == 'e' || c == 'E' || c == '+' || c == '-':
			return formOther
		default:
			return formNone
		}
	}
	switch {
	case count == 0:
		return formNone
	case dot < 0 && s[0] == '0' && len(raw) > 1, dot == 0, dot > 1 && s[0] == '0', dot == len(s)-1:
		return formOther
	case dot < 0 && count > digits:
		return formInteger
	case count > digits, dot > 0 && s[len(s)-1] == '0':
		return formOther
	}
	return formShort
}

// plain turns "-1.23400e+02" into "-123.4". Beyond 30 places the exponent stays.
func plain(e string) string {
	sign := ""
	if e[0] == '-' {
		sign, e = "-", e[1:]
	}
	mantissa, exponent, _ := strings.Cut(e, "e")
	exp, _ := strconv.Atoi(exponent)
	d := strings.TrimRight(strings.Replace(mantissa, ".", "", 1), "0")
	switch {
	case d == "":
		return "0"
	case exp > 30 || exp < -30:
		if len(d) > 1 {
			d = d[:1] + "." + d[1:]
		}
		return sign + d + "E" + exponent
	case exp < 0:
		return sign + "0." + strings.Repeat("0", -exp-1) + d
	case len(d) <= exp+1:
		return sign + d + strings.Repeat("0", exp+1-len(d))
	}
	return sign + d[:exp+1] + "." + d[exp+1:]
}

// decimal is a number as its digits: whole and fraction.
type decimal struct {
	neg         bool
	whole, frac string
}

// parseDecimal reads what Shorten gives; false for the few with an exponent.
func parseDecimal(raw string) (decimal, bool) {
	s, neg := strings.CutPrefix(raw, "-")
	whole, frac, _ := strings.Cut(s, ".")
	for _, part := range []string{whole, frac} {
		for _, c := range part {
			if c < '0' || c > '9' {
				return decimal{}, false
			}
		}
	}
	return decimal{neg: neg, whole: strings.TrimLeft(whole, "0"), frac: frac}, whole != ""
}

// shift moves the point to the right by n places, to the left if n is negative.
func (d decimal) shift(n int) decimal {
	if n > 0 {
		frac := d.frac + strings.Repeat("0", max(0, n-len(d.frac)))
		d.whole, d.frac = strings.TrimLeft(d.whole+frac[:n], "0"), frac[n:]
	}
	if n < 0 {
		whole := strings.Repeat("0", max(0, -n-len(d.whole))) + d.whole
		cut := len(whole) + n
		d.whole, d.frac = strings.TrimLeft(whole[:cut], "0"), whole[cut:]+d.frac
	}
	return d
}

// round keeps n places after the point, half away from zero, as Excel does. It is exact, as it works on the digits.
func (d decimal) round(n int) decimal {
	if len(d.frac) <= n {
		d.frac += strings.Repeat("0", n-len(d.frac))
		return d
	}
	up := d.frac[n] >= '5'
	all := []byte("0" + d.whole + d.frac[:n])
	for i := len(all) - 1; up; i-- {
		if all[i]++; all[i] <= '9' {
			break
		}
		all[i] = '0'
	}
	cut := len(all) - n
	d.whole, d.frac = strings.TrimLeft(string(all[:cut]), "0"), string(all[cut:])
	return d
}

// zero says whether nothing but zeros is left.
func (d decimal) zero() bool { return d.whole == "" && strings.Trim(d.frac, "0") == "" }
