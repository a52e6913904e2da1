package storetest

import (
	"fmt"
	"math"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var keeping = []rule{
	{"text comes back as it went in", func(s suite) {
		s.keeps(every(crm.TextValue,
			"Åsa \"Ö\" O'Neil \\ `x` %s ?1 :a", "tab\tline\nreturn\r\x01\x1f\x7f", "\u2028\ufeff\u200b", "👩‍👩‍👧‍👦 ☃ 漢字",
			"e\u0301 decomposed", "é composed", " blank around ", "007", "1e5", "true", "null", "[1]",
			`{"$gt":""}`, "$ne", "$name", "a.b", `{"$date":"2020-01-01"}`, `{"$dec":"1"}`, "'; DROP TABLE account; --"))
	}},
	{"a whole number is any of 64 bits", func(s suite) {
		s.keeps(every(crm.IntegerValue, 0, 1, -1, math.MinInt32-1, 1<<53+1, math.MinInt64, math.MaxInt64))
	}},
	{"a decimal keeps all of 34 digits", func(s suite) {
		s.keeps(every(exactly(s), "0", "0.1", "-0.5", "100", "1234567890.12", strings.Repeat("9", 34), "-"+strings.Repeat("9", 34),
			"1234567890123456789012345678901234", "-12345678901234567.89012345678901234", "0."+strings.Repeat("0", 33)+"1"))
	}},
	{"a date is any from year 1 to year 9999", func(s suite) {
		s.keeps(every(crm.DateValue, day(1, 1, 1), day(1582, 10, 10), day(1900, 2, 28), day(1969, 12, 31), day(1970, 1, 1),
			day(2024, 2, 29), day(2038, 1, 20), day(9999, 12, 31)))
	}},
	{"a point in time is kept to the second", func(s suite) {
		s.keeps(every(crm.DateTimeValue, day(1, 1, 1), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), time.Unix(0, 0),
			time.Date(2026, 3, 29, 2, 30, 1, 0, time.FixedZone("", 7200)), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)))
	}},
	{"a day and the point in time at its start are two values", func(s suite) {
		s.keeps(crm.Values{{Field: "custom.day", Value: crm.DateValue(at)}, {Field: "custom.start", Value: crm.DateTimeValue(day(2026, 3, 4))}})
	}},
	{"yes, no and numbers are apart", func(s suite) {
		s.keeps(append(every(crm.BoolValue, true, false), crm.Pair{Field: "custom.one", Value: crm.IntegerValue(1)},
			crm.Pair{Field: "custom.dec", Value: exactly(s)("1")}, crm.Pair{Field: "custom.text", Value: crm.TextValue("1")}))
	}},
	{"a list keeps its order and its items", func(s suite) {
		list := func(items []string) crm.Value { return crm.ListValue(items...) }
		s.keeps(every(list, []string{"one"}, []string{"b", "a", "B"}, []string{"a, b", `"`, "[]", "$ne", "👍", "line\nbreak"},
			[]string{"1", "true", "null"}))
	}},
	{"a text of 100 kB comes back whole", func(s suite) {
		s.keeps(every(crm.TextValue, strings.Repeat("åäö 123 \" ", 9000)))
	}},
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func exactly(s suite) func(string) crm.Value {
	return func(text string) crm.Value {
		v, err := crm.DecimalValue(text)
		if err != nil {
			s.Fatal(err)
		}
		return v
	}
}

// every gives each item a field of its own, built-in and custom ones in turn.
func every[T any](value func(T) crm.Value, items ...T) crm.Values {
	var vs crm.Values
	for i, item := range items {
		vs.Set(fmt.Sprintf([]string{"field_%d", "custom.field_%d"}[i%2], i), value(item))
	}
	return vs
}

// keeps wants values to come back the same from a new record and from an update, and to pass as what an update expects.
func (s suite) keeps(vs crm.Values) {
	s.Helper()
	var fields []string
	for _, p := range vs {
		fields = append(fields, p.Field)
	}
	contact := func(n int, mark int64, vs crm.Values) crm.Record {
		return crm.Record{Kind: crm.Contact, ID: id(n), ParentID: id(7), Seq: int64(n), ChangeID: mark, Values: vs}
	}
	add := engine.Write{New: true, ID: id(1), ParentID: id(7), Seq: 1, Mark: 9, Set: vs, At: at}
	bare := engine.Write{New: true, ID: id(2), ParentID: id(7), Seq: 2, Mark: 9, At: at}
	s.becomes([]engine.Write{add, bare}, contact(1, 9, vs), contact(2, 9, nil))
	drop := engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: vs, Unset: fields, At: at}
	fill := engine.Write{ID: id(2), Expect: 9, Mark: 10, Set: vs, At: at}
	s.becomes([]engine.Write{drop, fill}, contact(1, 10, nil), contact(2, 10, vs))
}

// becomes carries writes to contacts out and wants the contacts to be these afterwards.
func (s suite) becomes(writes []engine.Write, want ...crm.Record) {
	s.Helper()
	for i, result := range s.write(crm.Contact, writes...) {
		if result != engine.Written {
			s.Fatalf("write %d is not made: result %+v", i, result)
		}
	}
	got, err := s.Scan(s.Context(), crm.Contact, engine.Position{}, 10)
	s.same(want, got, err)
}
