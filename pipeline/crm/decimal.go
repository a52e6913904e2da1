package crm

import (
	"fmt"
	"strings"
)

// maxDigits is what MongoDB's Decimal128 holds exactly.
const maxDigits = 34

// DecimalValue returns the exact number that s writes: digits with an optional sign, point and exponent. An error where s is
// something else or has more than 34 digits, the most a store keeps exactly; it is never rounded.
func DecimalValue(s string) (Value, error) {
	plain, err := plainDecimal(s)
	if err != nil {
		return Value{}, err
	}
	return Value{form: decimal, text: plain}, nil
}

func plainDecimal(s string) (string, error) {
	mantissa, exp, err := splitExponent(s)
	if err != nil {
		return "", err
	}
	sign := ""
	if rest, ok := strings.CutPrefix(mantissa, "-"); ok {
		sign, mantissa = "-", rest
	} else {
		mantissa = strings.TrimPrefix(mantissa, "+")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !digitsOnly(whole) || !digitsOnly(fraction) {
		return "", fmt.Errorf("%q is not a number", s)
	}
	whole, fraction = shift(whole, fraction, exp)
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole)+len(fraction) > maxDigits {
		return "", fmt.Errorf("%q has more than %d digits", s, maxDigits)
	}
	switch {
	case whole == "" && fraction == "":
		return "0", nil
	case fraction == "":
		return sign + whole, nil
	case whole == "":
		whole = "0"
	}
	return sign + whole + "." + fraction, nil
}

// splitExponent returns the digits before e or E and the power of ten behind it.
func splitExponent(s string) (mantissa string, exp int, err error) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, nil
	}
	if _, err := fmt.Sscanf(s[i+1:], "%d", &exp); err != nil || exp > 2*maxDigits || exp < -2*maxDigits ||
		!digitsOnly(strings.TrimLeft(s[i+1:], "+-")) {
		return "", 0, fmt.Errorf("%q is not a number", s)
	}
	return s[:i], exp, nil
}

// shift moves the point exp places to the right.
func shift(whole, fraction string, exp int) (w, f string) {
	for ; exp > 0; exp-- {
		if fraction == "" {
			fraction = "0"
		}
		whole, fraction = whole+fraction[:1], fraction[1:]
	}
	for ; exp < 0; exp++ {
		if whole == "" {
			whole = "0"
		}
		whole, fraction = whole[:len(whole)-1], whole[len(whole)-1:]+fraction
	}
	return whole, fraction
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
