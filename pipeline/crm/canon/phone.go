package canon

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone returns a number in E.164 form, read as one of the region. A text that is not a phone number keeps its digits only.
func Phone(s, region string) string {
	n, err := phonenumbers.Parse(s, region)
	if err != nil {
		return digits(s)
	}
	canon := phonenumbers.Format(n, phonenumbers.E164)
	if ext := n.GetExtension(); ext != "" {
		canon += ";ext=" + ext
	}
	return canon
}

// OtherPhone reports whether two phone numbers are certainly different, without parsing them: however a number is written, its last digits are
// the same.
func OtherPhone(a, b string) bool {
	endA, okA := phoneEnd(a)
	endB, okB := phoneEnd(b)
	return okA && okB && endA != endB
}

// phoneEnd returns the last four digits. It is not ok if there are fewer, or if there is anything but digits, spaces and the signs around area
// codes: that may begin an extension or replace a digit.
func phoneEnd(s string) (end [4]byte, ok bool) {
	n := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if n < len(end) {
				end[n] = c
			}
			n++
		case c != ' ' && c != '-' && c != '(' && c != ')' && c != '+':
			return end, false
		}
	}
	return end, n >= len(end)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
