// Package body keeps JSON objects of inlet in documents of MongoDB, readable for people where that can be.
package body

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
)

// maxDepth is how deep a body may nest to be kept as a document; servers stop at 100 and count the levels around it.
const maxDepth = 90

// ToBSON returns a JSON object as a document that people can read and query. Where it holds what a document cannot (a key with $ or
// a dot, a number of more digits), or what some servers refuse, the whole of it is kept as the text it is.
func ToBSON(body []byte) any {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return string(body)
	}
	doc, err := objectToBSON(dec, 1)
	if err != nil || dec.More() {
		return string(body)
	}
	return doc
}

func objectToBSON(dec *json.Decoder, depth int) (bson.D, error) {
	doc := bson.D{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name := key.(string)
		if name == "" || strings.ContainsAny(name, "$.\x00") {
			return nil, fmt.Errorf("key %q", name)
		}
		v, err := jsonToBSON(dec, depth)
		if err != nil {
			return nil, err
		}
		doc = append(doc, bson.E{Key: name, Value: v})
	}
	_, err := dec.Token()
	return doc, err
}

func arrayToBSON(dec *json.Decoder, depth int) (bson.A, error) {
	list := bson.A{}
	for dec.More() {
		v, err := jsonToBSON(dec, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

func jsonToBSON(dec *json.Decoder, depth int) (any, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, fmt.Errorf("nested deeper than %d", depth)
		}
		if t == '{' {
			return objectToBSON(dec, depth+1)
		}
		return arrayToBSON(dec, depth+1)
	case json.Number:
		return numberToBSON(t.String())
	default:
		return t, nil // text, bool, nil
	}
}

func numberToBSON(s string) (any, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	if len(s) > 34 { // digits of a Decimal128; what is longer for its sign and point alone is not worth a count
		return nil, fmt.Errorf("number %s", s)
	}
	return bson.ParseDecimal128(s)
}

// FromBSON turns round what ToBSON did. A missing body is nil.
func FromBSON(v bson.RawValue) ([]byte, error) {
	if text, ok := v.StringValueOK(); ok {
		return []byte(text), nil
	}
	if v.IsZero() {
		return nil, nil
	}
	return appendJSON(nil, v)
}

func appendJSON(b []byte, v bson.RawValue) ([]byte, error) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return appendObject(b, v.Document())
	case bson.TypeArray:
		return appendArray(b, v.Array())
	case bson.TypeString:
		return crm.AppendString(b, v.StringValue()), nil
	case bson.TypeInt32, bson.TypeInt64:
		return strconv.AppendInt(b, v.AsInt64(), 10), nil
	case bson.TypeDouble:
		return strconv.AppendFloat(b, v.Double(), 'g', -1, 64), nil
	case bson.TypeDecimal128:
		return append(b, v.Decimal128().String()...), nil
	case bson.TypeBoolean:
		return strconv.AppendBool(b, v.Boolean()), nil
	case bson.TypeNull:
		return append(b, "null"...), nil
	}
	return nil, fmt.Errorf("%s is not valid JSON", v.Type)
}

func appendObject(b []byte, doc bson.Raw) ([]byte, error) {
	elements, err := doc.Elements()
	if err != nil {
		return nil, err
	}
	b = append(b, '{')
	for i, e := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(crm.AppendString(b, e.Key()), ':')
		if b, err = appendJSON(b, e.Value()); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func appendArray(b []byte, list bson.RawArray) ([]byte, error) {
	values, err := list.Values()
	if err != nil {
		return nil, err
	}
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendJSON(b, v); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}
