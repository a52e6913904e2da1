package mongo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// guard returns the filter that a record passes only as the write expects it: its mark, and its values in the fields that change.
func guard(w engine.Write, id any) (bson.D, error) {
	filter := bson.D{{Key: "_id", Value: id}, {Key: "_inlet.mark", Value: w.Expect}}
	if w.Expect == 0 {
		filter[1].Value = bson.D{{Key: "$in", Value: bson.A{nil, 0}}}
	}
	var conditions bson.A
	for _, field := range fieldsOf(w) {
		if err := checkField(field); err != nil {
			return nil, err
		}
		c, err := holds(field, w.Before.Of(field))
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", field, err)
		}
		conditions = append(conditions, c)
	}
	if conditions == nil {
		return filter, nil
	}
	return append(filter, bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: conditions}}}), nil
}

// holdsExactly returns the filter that a record passes only where it is all that the write knows of it: what is taken away must be nobody
// else's. It compares names, so that a field passes by no form that it may hold.
func (r *records) holdsExactly(w engine.Write) (bson.D, error) {
	filter := bson.D{{Key: "_id", Value: r.ids.is(w.ID)}, {Key: "_inlet.mark", Value: w.Expect}}
	if r.kind == crm.Contact {
		filter = append(filter, bson.E{Key: "account_id", Value: bson.D{{Key: "$in", Value: spelled([]string{w.ParentID})}}})
	}
	names, own := bson.A{"custom"}, bson.A{}
	for _, name := range r.reserved() {
		names = append(names, name)
	}
	var conditions bson.A
	for _, p := range w.Before {
		c, err := holds(p.Field, p.Value)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", p.Field, err)
		}
		conditions = append(conditions, c)
		if name, ok := strings.CutPrefix(p.Field, "custom."); ok {
			own = append(own, name)
		} else {
			names = append(names, name)
		}
	}
	document := bson.D{{Key: "$in", Value: bson.A{bson.D{{Key: "$type", Value: "$custom"}}, bson.A{"object", "missing"}}}}
	conditions = append(conditions, document, onlyNamed("$$ROOT", names), onlyNamed(bson.D{{Key: "$cond", Value: bson.A{document,
		bson.D{{Key: "$ifNull", Value: bson.A{"$custom", bson.D{}}}}, bson.D{}}}}, own))
	return append(filter, bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: conditions}}}), nil
}

// onlyNamed returns the expression that is true of a document that has no other fields than these.
func onlyNamed(document any, names bson.A) bson.D {
	fields := bson.D{{Key: "$map", Value: bson.D{{Key: "input", Value: bson.D{{Key: "$objectToArray", Value: document}}}, {Key: "in", Value: "$$this.k"}}}}
	return bson.D{{Key: "$setIsSubset", Value: bson.A{fields, bson.D{{Key: "$literal", Value: names}}}}}
}

func fieldsOf(w engine.Write) []string {
	fields := make([]string, 0, len(w.Set)+len(w.Unset))
	for _, p := range w.Set {
		fields = append(fields, p.Field)
	}
	return append(fields, w.Unset...)
}

// holds returns the expression that is true where a document's field would be read as this value, in whichever type of BSON
// another program may have written it.
func holds(field string, v crm.Value) (bson.D, error) {
	ref := "$" + field
	if v.Absent() { // null, "" and an empty list are read as absent
		return oneOf(bson.D{{Key: "$ifNull", Value: bson.A{ref, ""}}}, "", bson.A{}), nil
	}
	b, err := toBSON(v)
	if err != nil {
		return nil, err
	}
	if t, ok := v.Time(); ok {
		return holdsTime(field, v, t), nil
	}
	if s, ok := v.Decimal(); ok {
		return holdsDecimal(ref, s, b), nil
	}
	return compare("$eq", ref, b), nil
}

// holdsTime takes a point in time to the second, as it was read: other programs write milliseconds.
func holdsTime(field string, v crm.Value, t time.Time) bson.D {
	ref := "$" + field
	if v.Date() {
		return both(compare("$eq", ref, stamp(t)), compare("$ne", "$_inlet.clock."+field, true))
	}
	return both(compare("$gte", ref, stamp(t)), compare("$lt", ref, stamp(t.Add(time.Second))))
}

// holdsDecimal takes a double that is read as the number, too: 0.1 as a double is another number than 0.1.
func holdsDecimal(ref, s string, exact any) bson.D {
	if f, err := strconv.ParseFloat(s, 64); err == nil && decimalValue(strconv.FormatFloat(f, 'g', -1, 64)) == decimalValue(s) {
		return oneOf(ref, exact, f)
	}
	return compare("$eq", ref, exact)
}

func both(a, b bson.D) bson.D {
	return bson.D{{Key: "$and", Value: bson.A{a, b}}}
}

// compare takes the right side as it is: text with a $ is not the name of a field.
func compare(op, ref string, v any) bson.D {
	return bson.D{{Key: op, Value: bson.A{ref, bson.D{{Key: "$literal", Value: v}}}}}
}

func oneOf(v any, choices ...any) bson.D {
	return bson.D{{Key: "$in", Value: bson.A{v, bson.D{{Key: "$literal", Value: bson.A(choices)}}}}}
}

// change returns the update document of a write; account is the _id of the account that a contact moves to.
func change(w engine.Write, account any) (bson.D, error) {
	set := bson.D{{Key: "modified", Value: stamp(w.At)}, {Key: "_inlet.mark", Value: w.Mark}}
	var unset bson.D
	for _, p := range w.Set {
		v, err := toBSON(p.Value)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", p.Field, err)
		}
		set = append(set, bson.E{Key: p.Field, Value: v})
		switch clock := "_inlet.clock." + p.Field; {
		case midnight(p.Value):
			set = append(set, bson.E{Key: clock, Value: true})
		case p.Value.Date() || midnight(w.Before.Of(p.Field)):
			unset = append(unset, bson.E{Key: clock, Value: ""})
		}
	}
	for _, field := range w.Unset {
		unset = append(unset, bson.E{Key: field, Value: ""})
		if midnight(w.Before.Of(field)) {
			unset = append(unset, bson.E{Key: "_inlet.clock." + field, Value: ""})
		}
	}
	if w.Move {
		set = append(set, bson.E{Key: "account_id", Value: account})
	}
	if w.Rekey {
		set = append(set, bson.E{Key: "_inlet.keys", Value: hashes(w.Hashes)})
	}
	if unset == nil {
		return bson.D{{Key: "$set", Value: set}}, nil
	}
	return bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}}, nil
}
