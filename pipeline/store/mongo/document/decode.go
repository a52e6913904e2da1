package document

import (
	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
)

// decoding is a record on its way out of a document.
type decoding struct {
	*Layout
	record crm.Record
	clock  bson.Raw // names the dates that are points in time
	fields int      // that are not inlet's own, whatever they hold: a null that another program put there is no value, and yet is its
}

// element takes in what the document has at a path, whose last step is key.
func (d *decoding) element(path, key string, v bson.RawValue) {
	nested, isDocument := v.DocumentOK()
	field, mapped := d.field[path]
	switch {
	case path == d.parent && path != "":
		d.record.ParentID, _ = IDText(v)
	case d.isOwn(path):
	case mapped:
		d.value(field, v)
	case isDocument && (path == custom || d.inside[path]):
		d.object(path, nested)
	case d.elsewhere(path) || key != path && !d.isCustom(path, key):
		d.fields++
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
		return
	}
	timed := false
	if v.Type == bson.TypeDateTime {
		timed, _ = d.clock.Lookup(steps(field)...).BooleanOK()
	}
	if v := Value(v, timed); !v.Absent() {
		d.record.Values = append(d.record.Values, crm.Pair{Field: field, Value: v})
	}
}
