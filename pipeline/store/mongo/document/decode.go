package document

import (
	"math"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Kind returns the kind of a value as engine.ForeignValue names it.
func Kind(v bson.RawValue) string {
	switch f, _ := v.DoubleOK(); {
	case v.Type == bson.TypeEmbeddedDocument:
		return engine.ForeignObject
	case v.Type == bson.TypeArray:
		return engine.ForeignList
	case math.IsNaN(f):
		return engine.ForeignNaN
	}
	return v.Type.String()
}

// decoding is a record on its way out of a document.
type decoding struct {
	*Layout
	record  crm.Record
	clock   bson.Raw // names the dates that are points in time
	foreign *[]engine.ForeignValue
	fields  int // that are not inlet's own, whatever they hold: a null that another program put there is not a value, but belongs to it
}

// element takes in what the document has at a path, whose last step is key.
func (d *decoding) element(path, key string, v bson.RawValue) {
	nested, isDocument := v.DocumentOK()
	field, mapped := d.field[path]
	switch {
	case path == d.parent && path != "":
		var ok bool
		if d.record.ParentID, ok = IDText(v); !ok {
			d.note(path, v)
		}
	case d.isOwn(path):
		if path == own && !isDocument || path != own && v.Type != bson.TypeDateTime {
			d.note(path, v)
		}
	case mapped:
		d.value(field, v)
	case isDocument && (path == custom || d.inside[path]):
		d.object(path, nested)
	case d.elsewhere(path) || key != path && !d.isCustom(path, key):
		d.fields++
		d.note(path, v)
	default:
		d.value(path, v)
	}
}

// isCustom reports whether a path is that of one of the site's own fields.
func (d *decoding) isCustom(path, key string) bool { return path == custom+"."+key }

func (d *decoding) object(path string, doc bson.Raw) {
	elements, _ := doc.Elements()
	for _, e := range elements {
		key := e.Key()
		d.element(path+"."+key, key, e.Value())
	}
}

func (d *decoding) value(field string, v bson.RawValue) {
	d.fields++
	if d.Check(field) != nil {
		d.note(d.Path(field), v)
		return
	}
	timed := false
	if v.Type == bson.TypeDateTime {
		timed, _ = d.clock.Lookup(steps(field)...).BooleanOK()
	}
	if v := Value(v, timed); !v.Absent() {
		d.record.Values = append(d.record.Values, crm.Pair{Field: field, Value: v})
		return
	}
	d.note(d.Path(field), v)
}

// note notes a value that no record can hold, unless it says nothing.
func (d *decoding) note(path string, v bson.RawValue) {
	if d.foreign == nil || v.Type == bson.TypeNull || v.Type == bson.TypeUndefined {
		return
	}
	if text, ok := v.StringValueOK(); ok && text == "" {
		return
	}
	if list, ok := v.ArrayOK(); ok && len(list) <= 5 { // its length and its end
		return
	}
	*d.foreign = append(*d.foreign, engine.ForeignValue{Path: path, Kind: Kind(v)})
}

// Lookup returns what a document has at a path, absent where that is nothing.
func Lookup(doc bson.Raw, path string) bson.RawValue { return doc.Lookup(strings.Split(path, ".")...) }
