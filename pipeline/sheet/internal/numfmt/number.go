package numfmt

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// digits is how many significant digits Excel keeps and shows of a number.
const digits = 15

// Shorten returns a stored number in its shortest plain form with at most 15 significant digits: "172540.63000000001" is
// "172540.63", "5.560000167E9" is "5560000167". An integer written out with more digits stays as it is, so that nothing of a long
// id is lost. False: it is not a number, or one that is not finite or that comes out as 0 and is not.
func Shorten(raw string) (string, bool) {
	short, ok := AppendShort(nil, raw)
	if ok && len(short) == 0 {
		return raw, true
	}
	return string(short), ok
}

// AppendShort appends the result of Shorten to a buffer, unless it is raw itself; then it appends nothing.
func AppendShort(to []byte, raw string) ([]byte, bool) {
	switch form(raw) {
	case formShort, formInteger:
		return to, true
	case formNone:
		return to, false
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || underflows(f, raw) {
		return to, false
	}
	var e [32]byte
	return appendPlain(to, strconv.AppendFloat(e[:0], f, 'e', digits-1, 64)), true
}

// underflows reports whether a number is so close to 0 that a float64 loses some or all of its digits. Excel has no such numbers.
func underflows(f float64, raw string) bool {
	const smallest = 2.2250738585072e-308 // with all its digits, as Excel shows it
	if math.Abs(f) >= smallest {
		return false
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(raw), "e")
	return f != 0 || strings.ContainsAny(mantissa, "123456789")
}

// The forms of a number's text.
const (
	formNone    = iota // not a number
	formShort          // already short
	formInteger        // digits only, more than 15
	formOther          // any other number
)

// form returns the form of a number's text, because nearly all texts are short already.
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

// appendPlain appends "-1.23400e+02" as "-123.4". With more than 30 places the exponent is kept.
func appendPlain(to, e []byte) []byte {
	number, exponent, _ := bytes.Cut(e, []byte{'e'})
	negative := number[0] == '-'
	if negative {
		number = number[1:]
	}
	d := append(number[:1], number[2:]...) // without the point
	d = bytes.TrimRight(d, "0")
	if len(d) == 0 {
		return append(to, '0')
	}
	if negative {
		to = append(to, '-')
	}
	exp := 0
	for _, c := range exponent[1:] {
		exp = 10*exp + int(c-'0')
	}
	if exponent[0] == '-' {
		exp = -exp
	}
	switch {
	case exp > 30 || exp < -30:
		to = append(to, d[0])
		if len(d) > 1 {
			to = append(append(to, '.'), d[1:]...)
		}
		return append(append(to, 'E'), exponent...)
	case exp < 0:
		return append(zeros(append(to, "0."...), -exp-1), d...)
	case len(d) <= exp+1:
		return zeros(append(to, d...), exp+1-len(d))
	}
	return append(append(append(to, d[:exp+1]...), '.'), d[exp+1:]...)
}

func zeros(to []byte, n int) []byte {
	for range n {
		to = append(to, '0')
	}
	return to
}

// decimal is a number as its digits: whole and fraction.
type decimal struct {
	neg         bool
	whole, frac string
}

// parseDecimal reads a result of Shorten; false for the few with an exponent.
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

// shift moves the decimal point to the right by n places, to the left if n is negative.
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

// round keeps n decimal places and rounds half away from zero, as Excel does. It is exact, because it works on the digits.
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

// zero reports whether all digits are zeros.
func (d decimal) zero() bool { return d.whole == "" && strings.Trim(d.frac, "0") == "" }
