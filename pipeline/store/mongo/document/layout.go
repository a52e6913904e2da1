package document

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Names are where the documents of one collection have what a record is made of. The zero Names of a kind are inlet's own.
type Names struct {
	Fields   map[string]string // paths by the names of fields in the CRM ("name": "company.name"); a field that is not named is at its own name
	Parent   string            // the path of the parent's _id; "": account_id
	Created  string            // the path of the time of creation; "": created; Off: there is none
	Modified string            // the path of the time of the last change; "": modified; Off: there is none
}

// Off is the path of a time that documents do not have.
const Off = "-"

// Layout says which field of a record is where in a document.
type Layout struct {
	kind              crm.Kind
	parent            string // "" for a kind without a parent
	created, modified string // "" where there is none
	path              map[string]string
	field             map[string]string // by path, the reverse
	inside            map[string]bool   // paths of objects that fields are in, but custom
}

// own is the path of what inlet notes in a document, beside the record.
const own = "_inlet"

// custom is the object that a site's own fields are in.
const custom = "custom"

// NewLayout returns the layout of a kind's documents. It returns an error where a path cannot be one, or two fields have the same.
func NewLayout(kind crm.Kind, names Names) (*Layout, error) {
	l := &Layout{kind: kind, created: or(names.Created, "created"), modified: or(names.Modified, "modified"),
		path: names.Fields, field: map[string]string{}, inside: map[string]bool{}}
	taken := map[string]string{"_id": "the ID", own: "inlet's own data"}
	if kind.Parent() != "" {
		l.parent = or(names.Parent, kind.ParentField())
	}
	for what, path := range map[string]string{"the " + string(kind.Parent()): l.parent, "created": l.created, "modified": l.modified} {
		if path == "" {
			continue
		}
		if err := l.take(taken, what, path); err != nil {
			return nil, err
		}
	}
	for _, field := range slices.Sorted(maps.Keys(names.Fields)) {
		if err := l.take(taken, field, names.Fields[field]); err != nil {
			return nil, err
		}
		l.field[names.Fields[field]] = field
	}
	return l, nil
}

func or(path, usual string) string {
	switch path {
	case "":
		return usual
	case Off:
		return ""
	}
	return path
}

// take notes that something is at a path, unless something else is there, in it or around it.
func (l *Layout) take(taken map[string]string, what, path string) error {
	for _, step := range strings.Split(path, ".") {
		if step == "" || strings.HasPrefix(step, "$") || strings.ContainsRune(step, 0) {
			return fmt.Errorf("%q is not the path of a field in MongoDB", path)
		}
	}
	for other, of := range taken {
		if other == path || strings.HasPrefix(other, path+".") || strings.HasPrefix(path, other+".") {
			return fmt.Errorf("%s and %s cannot both be kept: %q and %q are the same field, or one is inside the other", of, what, other, path)
		}
	}
	taken[path] = what
	for i, c := range path {
		if c == '.' && path[:i] != custom {
			l.inside[path[:i]] = true
		}
	}
	return nil
}

// Path returns where a document has a field.
func (l *Layout) Path(field string) string {
	if path, ok := l.path[field]; ok {
		return path
	}
	return field
}

// Parent returns the path of the parent's _id; "" for a kind without a parent.
func (l *Layout) Parent() string { return l.parent }

// Created and Modified return the paths of the two times; "" where documents have none.
func (l *Layout) Created() string { return l.created }

// Modified returns the path of the time of the last change; "" where there is none.
func (l *Layout) Modified() string { return l.modified }

// Field returns the field that a document has at a path: the path itself where it is none of the CRM.
func (l *Layout) Field(path string) string {
	if field, ok := l.field[path]; ok {
		return field
	}
	return path
}

// Mapped returns the field of every site, or the own one of a site, that inlet has at a path; "" where it has none.
func (l *Layout) Mapped(path string) string {
	if field, ok := l.field[path]; ok {
		return field
	}
	name, own := strings.CutPrefix(path, custom+".")
	if own && !strings.Contains(name, ".") || slices.Contains(l.builtIn(), path) && !l.isOwn(path) && !l.elsewhere(path) && !l.inside[path] {
		return path
	}
	return ""
}

// Own reports whether a path is that of inlet's own data, or inside it.
func Own(path string) bool { return path == own || strings.HasPrefix(path, own+".") }

// Writes reports whether inlet may write something at the top of a document: a field, or an object with fields in it.
func (l *Layout) Writes(name string) bool {
	return l.inside[name] || name == l.parent || name == l.created || name == l.modified || slices.Contains(slices.Collect(maps.Values(l.path)), name) ||
		slices.Contains(l.builtIn(), name) && !l.elsewhere(name)
}

// AllUnplaced returns the fields of every site that have no place.
func (l *Layout) AllUnplaced() []string {
	return slices.DeleteFunc(l.builtIn(), func(field string) bool { return field == custom || !l.Unplaced(field) })
}

// builtIn are the fields of the kind that every site has.
func (l *Layout) builtIn() []string {
	schema, _ := crm.NewSchema() // only fields of a site can be wrong
	names := []string{custom}
	for _, f := range schema.Fields() {
		if f.Kind == l.kind {
			names = append(names, f.Name)
		}
	}
	return names
}

// elsewhere reports whether a field of this name is kept at another path, so that what is here is not the CRM's.
func (l *Layout) elsewhere(name string) bool {
	_, ok := l.path[name]
	return ok
}

// isOwn reports whether a path is not of a value: it has the ID, the parent, a time, or inlet's own data.
func (l *Layout) isOwn(path string) bool {
	switch path {
	case "_id", own:
		return true
	case "":
		return false
	}
	return path == l.parent || path == l.created || path == l.modified
}

// Check refuses a field that would be written where something else is.
func (l *Layout) Check(field string) error {
	if _, ok := l.path[field]; ok {
		return nil // NewLayout saw to it
	}
	name, nested := strings.CutPrefix(field, custom+".")
	if name == "" || strings.ContainsAny(name, "$.\x00") || !nested && (l.reserved(name) || l.inside[name]) {
		return fmt.Errorf("field %q cannot be stored in MongoDB", field)
	}
	if _, ok := l.field[field]; ok {
		return fmt.Errorf("field %q cannot be stored in MongoDB: %q is configured as the place of another field", field, field)
	}
	return nil
}

// Unplaced reports whether a field has no place, because its name is that of an object that other fields are in, or of another field's place.
func (l *Layout) Unplaced(field string) bool {
	if _, ok := l.path[field]; ok {
		return false
	}
	_, other := l.field[field]
	return other || l.inside[field]
}

// reserved reports whether a name at the top of a document is taken. That of a parent is for every kind: those without a parent were never given one.
func (l *Layout) reserved(name string) bool {
	parent := func(kind crm.Kind) bool { return kind.ParentField() == name }
	return l.isOwn(name) || slices.Contains([]string{"created", "modified", custom}, name) || slices.ContainsFunc(crm.Kinds[:], parent)
}

// steps are the names that a path leads through.
func steps(path string) []string { return strings.Split(path, ".") }

// Record returns the record that a document is, and whether it is one: not where its _id cannot be an ID. Nothing of it is the document's memory.
func (l *Layout) Record(doc bson.Raw) (crm.Record, bool) { return l.record(doc, nil) }

// Dump returns all that a document is, in its own memory. Its ID is "" where it is not a record.
func (l *Layout) Dump(doc bson.Raw) engine.Dumped {
	d := engine.Dumped{Native: slices.Clone(doc)}
	rec, ok := l.record(doc, &d.Foreign)
	if d.Record = rec; !ok {
		d.ID = ""
		d.Foreign = []engine.ForeignValue{{Path: "_id", Kind: Kind(doc.Lookup("_id"))}}
	}
	for path, t := range map[string]*time.Time{l.created: &d.Created, l.modified: &d.Modified} {
		if ms, ok := doc.Lookup(steps(path)...).DateTimeOK(); ok && path != "" {
			*t = time.UnixMilli(ms).UTC()
		}
	}
	return d
}

// record is Record that also notes what of the document no record can hold; foreign may be nil.
func (l *Layout) record(doc bson.Raw, foreign *[]engine.ForeignValue) (crm.Record, bool) {
	elements, _ := doc.Elements() // as many as can be read; a server sends no broken document
	marks, _ := doc.Lookup(own).DocumentOK()
	d := decoding{Layout: l, foreign: foreign, record: crm.Record{Kind: l.kind, Values: make(crm.Values, 0, len(elements))}}
	d.record.Seq, _ = marks.Lookup("seq").AsInt64OK()
	d.record.ChangeID, _ = marks.Lookup("mark").AsInt64OK()
	feed, _ := marks.Lookup("feed").StringValueOK()
	d.record.Feed = crm.FeedKey(feed)
	d.clock, _ = marks.Lookup("clock").DocumentOK()
	known := false
	for _, e := range elements {
		if key, v := e.Key(), e.Value(); key == "_id" {
			d.record.ID, known = IDText(v)
		} else {
			d.element(key, key, v)
		}
	}
	d.record.More = d.fields > len(d.record.Values)
	if len(d.record.Values) == 0 {
		d.record.Values = nil
	}
	return d.record, known
}
