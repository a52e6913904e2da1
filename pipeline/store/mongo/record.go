package mongo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// reserved are the names in a record's document that are not fields of the CRM.
var reserved = []string{"_id", "account_id", "_inlet", "created", "modified", "custom"}

// checkField refuses names that would write elsewhere than into a field.
func checkField(field string) error {
	name, own := strings.CutPrefix(field, "custom.")
	if name == "" || strings.ContainsAny(name, "$.\x00") || !own && slices.Contains(reserved, name) {
		return fmt.Errorf("field %q cannot be stored in MongoDB", field)
	}
	return nil
}

// decode returns the record that a document is, and whether it is one.
func (r *records) decode(doc bson.Raw) (crm.Record, bool) {
	elements, _ := doc.Elements() // as many as can be read; a server sends no broken document
	marks, _ := doc.Lookup("_inlet").DocumentOK()
	d := decoding{record: crm.Record{Kind: r.kind, Values: make(crm.Values, 0, len(elements))}}
	d.record.Seq, _ = marks.Lookup("seq").AsInt64OK()
	d.record.ChangeID, _ = marks.Lookup("mark").AsInt64OK()
	feed, _ := marks.Lookup("feed").StringValueOK()
	d.record.Feed = crm.FeedKey(feed)
	d.clock, _ = marks.Lookup("clock").DocumentOK()
	known := false
	for _, e := range elements {
		key, v := e.Key(), e.Value()
		nested, isDoc := v.DocumentOK()
		switch {
		case key == "_id":
			d.record.ID, known = idText(v)
			r.ids.saw(v)
		case key == "account_id" && r.kind == crm.Contact:
			d.record.ParentID, _ = idText(v)
		case key == "custom" && isDoc:
			d.custom(nested)
		case !slices.Contains(r.reserved(), key):
			d.field(key, key, v, d.clock)
		}
	}
	d.record.More = d.fields > len(d.record.Values)
	if len(d.record.Values) == 0 {
		d.record.Values = nil
	}
	return d.record, known
}

// decoding is a record on its way out of a document.
type decoding struct {
	record crm.Record
	clock  bson.Raw // names the dates that are points in time
	fields int      // that are not inlet's own, whatever they hold: a null that another program put there is no value, and yet is its
}

func (d *decoding) custom(doc bson.Raw) {
	elements, _ := doc.Elements()
	clock, _ := d.clock.Lookup("custom").DocumentOK()
	for _, e := range elements {
		key := e.Key()
		d.field("custom."+key, key, e.Value(), clock)
	}
}

func (d *decoding) field(field, key string, v bson.RawValue, clock bson.Raw) {
	d.fields++
	if checkField(field) != nil {
		return
	}
	timed := false
	if v.Type == bson.TypeDateTime {
		timed, _ = clock.Lookup(key).BooleanOK()
	}
	if v := fromBSON(v, timed); !v.Absent() {
		d.record.Values = append(d.record.Values, crm.Pair{Field: field, Value: v})
	}
}

// These are the names beside custom that a document of inlet's has at its top.
var (
	ownOfAccount = []string{"_id", "_inlet", "created", "modified"}
	ownOfContact = []string{"_id", "account_id", "_inlet", "created", "modified"}
)

func (r *records) reserved() []string {
	if r.kind == crm.Contact {
		return ownOfContact
	}
	return ownOfAccount
}

// encode returns the document of a new record; account is the _id of a contact's account, nil if none.
func encode(w engine.Write, account any) (bson.D, error) {
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
func marks(w engine.Write, clock bson.D) bson.D {
	var m bson.D
	if w.Seq != 0 {
		m = append(m, bson.E{Key: "seq", Value: w.Seq})
	}
	m = append(m, bson.E{Key: "mark", Value: w.Mark}, bson.E{Key: "keys", Value: hashes(w.Hashes)})
	if w.Feed != "" {
		m = append(m, bson.E{Key: "feed", Value: string(w.Feed)})
	}
	if clock != nil {
		m = append(m, bson.E{Key: "clock", Value: clock})
	}
	return m
}

// hashes is an empty list, never null, where there are none: a record without the list is Unkeyed.
func hashes(hs []int64) []int64 { return append(make([]int64, 0, len(hs)), hs...) }

func stamp(t time.Time) bson.DateTime { return bson.NewDateTimeFromTime(t) }
