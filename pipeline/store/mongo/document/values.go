package document

import (
	"math"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
)

const dayMillis = 24 * 60 * 60 * 1000

// BSON returns a value as applications like to read it.
func BSON(v crm.Value) (any, error) {
	if n, ok := v.Integer(); ok {
		return n, nil
	}
	if s, ok := v.Decimal(); ok {
		return bson.ParseDecimal128(s)
	}
	if yes, ok := v.Bool(); ok {
		return yes, nil
	}
	if t, ok := v.Time(); ok {
		return bson.NewDateTimeFromTime(t), nil
	}
	if items, ok := v.Items(); ok {
		list := make(bson.A, len(items))
		for i, item := range items {
			list[i] = validText(item)
		}
		return list, nil
	}
	return validText(v.Text()), nil
}

// validText makes text of what a server may refuse.
func validText(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// midnight reports whether a value is a point in time that would be read back as a day.
func midnight(v crm.Value) bool {
	t, ok := v.Time()
	return ok && !v.Date() && t.UnixMilli()%dayMillis == 0
}

// Value returns the value that a field of a document is, absent where it has no form in the CRM; clock says that a date is a
// point in time whatever it looks like.
func Value(v bson.RawValue, clock bool) crm.Value {
	switch v.Type {
	case bson.TypeString:
		return crm.TextValue(v.StringValue())
	case bson.TypeInt32, bson.TypeInt64:
		return crm.IntegerValue(v.AsInt64())
	case bson.TypeDouble:
		return fromDouble(v.Double())
	case bson.TypeDecimal128:
		return decimalValue(v.Decimal128().String())
	case bson.TypeBoolean:
		return crm.BoolValue(v.Boolean())
	case bson.TypeDateTime:
		return fromMillis(v.DateTime(), clock)
	case bson.TypeArray:
		return fromArray(v.Array())
	}
	return crm.Value{}
}

func fromDouble(f float64) crm.Value {
	if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return crm.IntegerValue(int64(f))
	}
	return decimalValue(strconv.FormatFloat(f, 'g', -1, 64))
}

// decimalValue is absent for what the CRM has no number for: infinity, not a number, more than 34 digits.
func decimalValue(s string) crm.Value {
	v, err := crm.DecimalValue(s)
	if err != nil {
		return crm.Value{}
	}
	return v
}

func fromMillis(ms int64, clock bool) crm.Value {
	t := time.UnixMilli(ms).UTC()
	if !clock && ms%dayMillis == 0 {
		return crm.DateValue(t)
	}
	return crm.DateTimeValue(t)
}

func fromArray(a bson.RawArray) crm.Value {
	values, err := a.Values()
	if err != nil {
		return crm.Value{}
	}
	items := make([]string, len(values))
	for i, v := range values {
		item, ok := v.StringValueOK()
		if !ok {
			return crm.Value{}
		}
		items[i] = item
	}
	return crm.ListValue(items...)
}
