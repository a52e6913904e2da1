package mongo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store"
)

// reserved are the names in a record's document that are not fields of the CRM.
var reserved = []string{"_id", "account_id", "_inlet", "created", "modified", "custom"}

// checkField refuses names that would write elsewhere than into a field.
func checkField(field string) error {
	name, own := strings.CutPrefix(field, "custom.")
	if name == "" || strings.ContainsAny(name, "$.\x00") || !own && slices.Contains(reserved, name) {
		return fmt.Errorf("field %q cannot be kept in MongoDB", field)
	}
	return nil
}

// decode returns the record that a document is, and whether it is one.
func (r *records) decode(doc bson.Raw) (crm.Record, bool) {
	id, ok := idText(doc.Lookup("_id"))
	if !ok {
		return crm.Record{}, false
	}
	r.ids.saw(doc.Lookup("_id"))
	rec := crm.Record{Kind: r.kind, ID: id}
	if r.kind == crm.Contact {
		rec.AccountID, _ = idText(doc.Lookup("account_id"))
	}
	marks, _ := doc.Lookup("_inlet").DocumentOK()
	rec.Seq, _ = marks.Lookup("seq").AsInt64OK()
	rec.Mark, _ = marks.Lookup("mark").AsInt64OK()
	clock, _ := marks.Lookup("clock").DocumentOK()
	rec.Values = decodeValues(doc, clock)
	rec.More = r.fieldsOf(doc) > len(rec.Values)
	return rec, true
}

// fieldsOf counts the fields of a document that are not inlet's own, whatever they hold: a null that another program put there is no value,
// and yet is its.
func (r *records) fieldsOf(doc bson.Raw) int {
	elements, _ := doc.Elements()
	n := 0
	for _, e := range elements {
		own, nested := e.Value().DocumentOK()
		switch {
		case e.Key() == "custom" && nested:
			inside, _ := own.Elements()
			n += len(inside)
		case !slices.Contains(r.reserved(), e.Key()):
			n++
		}
	}
	return n
}

// reserved are the names beside custom that a document of inlet's has at its top.
func (r *records) reserved() []string {
	if r.kind == crm.Contact {
		return []string{"_id", "account_id", "_inlet", "created", "modified"}
	}
	return []string{"_id", "_inlet", "created", "modified"}
}

func decodeValues(doc, clock bson.Raw) crm.Values {
	elements, _ := doc.Elements() // as many as can be read; a server sends no broken document
	vs := make(crm.Values, 0, len(elements))
	for _, e := range elements {
		if own, ok := e.Value().DocumentOK(); ok && e.Key() == "custom" {
			ownClock, _ := clock.Lookup("custom").DocumentOK()
			vs = appendValues(vs, "custom.", own, ownClock)
		} else {
			vs = appendValue(vs, e.Key(), e, clock)
		}
	}
	if len(vs) == 0 {
		return nil
	}
	return vs
}

func appendValues(vs crm.Values, prefix string, doc, clock bson.Raw) crm.Values {
	elements, _ := doc.Elements()
	for _, e := range elements {
		vs = appendValue(vs, prefix+e.Key(), e, clock)
	}
	return vs
}

func appendValue(vs crm.Values, field string, e bson.RawElement, clock bson.Raw) crm.Values {
	if checkField(field) != nil {
		return vs
	}
	timed, _ := clock.Lookup(e.Key()).BooleanOK()
	if v := fromBSON(e.Value(), timed); !v.Absent() {
		vs = append(vs, crm.Pair{Field: field, Value: v})
	}
	return vs
}

// encode returns the document of a new record; account is the _id of a contact's account, nil if none.
func encode(w store.Write, account any) (bson.D, error) {
	doc := bson.D{{Key: "_id", Value: fresh(w.ID)}}
	if account != nil {
		doc = append(doc, bson.E{Key: "account_id", Value: account})
	}
	var own, clock, ownClock bson.D
	for _, p := range w.Set {
		if err := checkField(p.Field); err != nil {
			return nil, err
		}
		v, err := toBSON(p.Value)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", p.Field, err)
		}
		into, times, name := &doc, &clock, p.Field
		if rest, ok := strings.CutPrefix(name, "custom."); ok {
			into, times, name = &own, &ownClock, rest
		}
		*into = append(*into, bson.E{Key: name, Value: v})
		if midnight(p.Value) {
			*times = append(*times, bson.E{Key: name, Value: true})
		}
	}
	if own != nil {
		doc = append(doc, bson.E{Key: "custom", Value: own})
	}
	if ownClock != nil {
		clock = append(clock, bson.E{Key: "custom", Value: ownClock})
	}
	at := stamp(w.At)
	return append(doc, bson.E{Key: "created", Value: at}, bson.E{Key: "modified", Value: at},
		bson.E{Key: "_inlet", Value: marks(w, clock)}), nil
}

// marks leaves seq out where it is 0: such a record stands with those that inlet did not create.
func marks(w store.Write, clock bson.D) bson.D {
	var m bson.D
	if w.Seq != 0 {
		m = append(m, bson.E{Key: "seq", Value: w.Seq})
	}
	m = append(m, bson.E{Key: "mark", Value: w.Mark}, bson.E{Key: "keys", Value: hashes(w.Hashes)})
	if clock != nil {
		m = append(m, bson.E{Key: "clock", Value: clock})
	}
	return m
}

// hashes is an empty list, never null, where there are none: a record without the list is Unkeyed.
func hashes(hs []int64) []int64 { return append(make([]int64, 0, len(hs)), hs...) }

func stamp(t time.Time) bson.DateTime { return bson.NewDateTimeFromTime(t) }
