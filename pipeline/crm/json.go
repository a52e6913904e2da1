package crm

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MarshalJSON writes the values as a store keeps them: an object in which text, whole numbers, yes/no and lists are plain JSON,
// and {"$dec":…}, {"$date":…}, {"$time":…} hold what JSON has no type for. Nothing is lost, and no schema is needed to read it.
func (vs Values) MarshalJSON() ([]byte, error) { return vs.AppendJSON(nil), nil }

// AppendJSON appends what MarshalJSON returns to a buffer.
func (vs Values) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for i, p := range vs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, p.Field), ':')
		b = p.Value.appendJSON(b)
	}
	return append(b, '}')
}

func (v Value) appendJSON(b []byte) []byte {
	if tag := &tags[v.form]; tag.read != nil {
		return append(append(append(b, tag.opening...), v.String()...), `"}`...)
	}
	return v.AppendPlainJSON(b)
}

// AppendPlainJSON writes the value for other programs: a decimal as a number with all its digits, dates as text.
func (v Value) AppendPlainJSON(b []byte) []byte {
	switch v.form {
	case absent:
		return append(b, "null"...)
	case integer:
		return strconv.AppendInt(b, v.num, 10)
	case decimal:
		return append(b, v.text...)
	case boolean:
		return strconv.AppendBool(b, v.num == 1)
	case list:
		return v.appendList(b)
	default:
		return AppendString(b, v.String())
	}
}

func (v Value) appendList(b []byte) []byte {
	items, _ := v.Items()
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(b, item)
	}
	return append(b, ']')
}

// AppendString writes s as JSON text; invalid UTF-8 becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
			continue
		}
		i++
	}
	return append(b, '"')
}

// UnmarshalJSON reads what MarshalJSON wrote and keeps the order of the fields.
func (vs *Values) UnmarshalJSON(b []byte) error { return vs.Decode(string(b)) }

// Decode is UnmarshalJSON of a string whose memory the values share.
func (vs *Values) Decode(doc string) error {
	r := reader{left: doc, odd: !utf8.ValidString(doc)}
	*vs = (*vs)[:0]
	if r.values(vs); r.odd || r.left != "" {
		return vs.decodeSlowly(doc)
	}
	return nil
}

// decodeSlowly reads any JSON object, such as one that another program wrote, and returns what is wrong with it.
func (vs *Values) decodeSlowly(doc string) error {
	dec := json.NewDecoder(strings.NewReader(doc))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("values are not a JSON object: %w", err)
	}
	*vs = (*vs)[:0]
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var raw any
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		v, err := fromJSON(raw)
		if err != nil {
			return fmt.Errorf("field %v: %w", name, err)
		}
		*vs = append(*vs, Pair{name.(string), v})
	}
	return nil
}

func fromJSON(raw any) (Value, error) {
	switch raw := raw.(type) {
	case nil:
		return Value{}, nil
	case string:
		return TextValue(raw), nil
	case bool:
		return BoolValue(raw), nil
	case json.Number:
		n, err := raw.Int64()
		return IntegerValue(n), err
	case []any:
		return listFromJSON(raw)
	case map[string]any:
		return taggedFromJSON(raw)
	}
	return Value{}, fmt.Errorf("%T is not a valid value", raw)
}

func listFromJSON(raw []any) (Value, error) {
	items := make([]string, len(raw))
	for i, item := range raw {
		s, ok := item.(string)
		if !ok {
			return Value{}, fmt.Errorf("%v in a list is not text", item)
		}
		items[i] = s
	}
	return ListValue(items...), nil
}

func taggedFromJSON(raw map[string]any) (Value, error) {
	if len(raw) != 1 {
		return Value{}, fmt.Errorf("%v is not a valid value", raw)
	}
	for tag, inner := range raw {
		for _, known := range tags {
			if s, _ := inner.(string); known.opening == `{"`+tag+`":"` {
				return known.read(s)
			}
		}
	}
	return Value{}, fmt.Errorf("%v is not a valid value", raw)
}
