package crm

import (
	"strconv"
	"strings"
)

// reader reads the JSON that AppendJSON writes, which is most of what a store returns: encoding/json took longer for the records of a batch than
// the rest of the matching. It sets odd at anything else, which is then left to encoding/json.
type reader struct {
	left string
	odd  bool
}

func (r *reader) values(into *Values) {
	if r.skip("{}") {
		return
	}
	for next := byte('{'); ; next = ',' {
		r.take(next)
		field := r.text()
		r.take(':')
		v := r.value()
		if r.odd {
			return
		}
		*into = append(*into, Pair{field, v})
		if r.skip("}") {
			return
		}
	}
}

func (r *reader) value() Value {
	if r.left == "" {
		r.odd = true
		return Value{}
	}
	switch c := r.left[0]; {
	case c == '"':
		return TextValue(r.text())
	case c == '-' || c >= '0' && c <= '9':
		return r.integer()
	case r.skip("true"):
		return BoolValue(true)
	case r.skip("false"):
		return BoolValue(false)
	case r.skip(`{"$dec":`):
		return r.tagged(DecimalValue)
	case r.skip(`{"$date":`):
		return r.tagged(parseDate)
	}
	r.odd = true // moments, lists, null
	return Value{}
}

func (r *reader) integer() Value {
	end := 1
	for end < len(r.left) && r.left[end] >= '0' && r.left[end] <= '9' {
		end++
	}
	digits := strings.TrimPrefix(r.left[:end], "-")
	n, err := strconv.ParseInt(r.left[:end], 10, 64)
	r.left, r.odd = r.left[end:], r.odd || err != nil || digits[0] == '0' && len(digits) > 1
	return IntegerValue(n) // a point or an exponent behind it is odd to the next read
}

func (r *reader) tagged(read func(string) (Value, error)) Value {
	v, err := read(r.text())
	r.odd = r.odd || err != nil
	r.take('}')
	return v
}

// text reads a JSON text without escapes.
func (r *reader) text() string {
	r.take('"')
	end := 0
	for end < len(r.left) && r.left[end] != '"' && r.left[end] != '\\' && r.left[end] >= ' ' {
		end++
	}
	if end == len(r.left) || r.left[end] != '"' {
		r.odd = true
		return ""
	}
	s := r.left[:end]
	r.left = r.left[end+1:]
	return s
}

func (r *reader) take(c byte) {
	if r.odd = r.odd || r.left == "" || r.left[0] != c; !r.odd {
		r.left = r.left[1:]
	}
}

// skip skips the word if it comes next, and reports whether it did.
func (r *reader) skip(word string) bool {
	left, is := strings.CutPrefix(r.left, word)
	r.left = left
	return is
}
