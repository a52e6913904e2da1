package crm

import (
	"strconv"
	"strings"
	"time"
)

// form is how a value is held.
type form uint8

const (
	absent form = iota
	text
	integer
	decimal
	boolean
	date
	datetime
	list
	forms
)

// tags mark in stored JSON the forms that it has no type for: {"$date":"2026-11-29"}. The text behind the tag is what String returns.
var tags = [forms]struct {
	opening string
	read    func(string) (Value, error)
}{
	decimal:  {`{"$dec":"`, DecimalValue},
	date:     {`{"$date":"`, parseDate},
	datetime: {`{"$time":"`, parseDateTime},
}

func parseDate(s string) (Value, error) {
	t, err := time.Parse(time.DateOnly, s)
	return DateValue(t), err
}

func parseDateTime(s string) (Value, error) {
	t, err := time.Parse(time.RFC3339, s)
	return DateTimeValue(t), err
}

// between separates the items of a list. No cell contains it, since Trim removes control characters.
const between = "\x1f"

// Value is one typed value of a field; the zero Value is absent. Values compare with ==.
type Value struct {
	form form
	num  int64  // integer; boolean 0 or 1; date and datetime in seconds since 1970 UTC
	text string // text; decimal in plain notation without trailing zeros; list joined by between
}

// TextValue returns a text, unchanged; the empty text is absent.
func TextValue(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{form: text, text: s}
}

// IntegerValue returns a whole number.
func IntegerValue(n int64) Value { return Value{form: integer, num: n} }

// BoolValue returns yes or no.
func BoolValue(b bool) Value {
	if b {
		return Value{form: boolean, num: 1}
	}
	return Value{form: boolean}
}

// DateValue returns a calendar day; the clock of t is dropped.
func DateValue(t time.Time) Value {
	return Value{form: date, num: time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix()}
}

// DateTimeValue returns a point in time, to the second.
func DateTimeValue(t time.Time) Value { return Value{form: datetime, num: t.Unix()} }

// ListValue returns a list of the items in their order, without blank ones and repeats; an empty list is absent.
func ListValue(items ...string) Value {
	var kept []string
	for _, item := range items {
		if item = Trim(item); item != "" && !contains(kept, item) {
			kept = append(kept, item)
		}
	}
	if len(kept) == 0 {
		return Value{}
	}
	return Value{form: list, text: strings.Join(kept, between)}
}

func contains(items []string, want string) bool {
	for _, item := range items {
		if item == want {
			return true
		}
	}
	return false
}

// Absent reports whether there is no value.
func (v Value) Absent() bool { return v.form == absent }

// Text returns a text value, or "" for any other form.
func (v Value) Text() string {
	if v.form == text {
		return v.text
	}
	return ""
}

// Integer returns a whole number and whether the value is one.
func (v Value) Integer() (int64, bool) { return v.num, v.form == integer }

// Decimal returns an exact decimal number in plain notation and whether the value is one.
func (v Value) Decimal() (string, bool) { return v.text, v.form == decimal }

// Bool returns yes or no and whether the value is either.
func (v Value) Bool() (yes, ok bool) { return v.num == 1, v.form == boolean }

// Time returns a day or a point in time in UTC, and whether the value is one.
func (v Value) Time() (time.Time, bool) {
	return time.Unix(v.num, 0).UTC(), v.form == date || v.form == datetime
}

// Date reports whether the value is a calendar day.
func (v Value) Date() bool { return v.form == date }

// Items returns the items of a list and whether the value is one.
func (v Value) Items() ([]string, bool) {
	if v.form != list {
		return nil, false
	}
	return strings.Split(v.text, between), true
}

// String returns the value as people read it: dates in ISO form, lists joined by a comma, yes and no as true and false.
func (v Value) String() string {
	switch v.form {
	case integer:
		return strconv.FormatInt(v.num, 10)
	case boolean:
		return strconv.FormatBool(v.num == 1)
	case date:
		t, _ := v.Time()
		return t.Format(time.DateOnly)
	case datetime:
		t, _ := v.Time()
		return t.Format("2006-01-02T15:04:05Z")
	case list:
		return strings.ReplaceAll(v.text, between, ", ")
	default:
		return v.text
	}
}
