package columns

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// Survey is how well the fields of a draft can be matched on.
type Survey struct {
	Rows   int  // that were looked at
	More   bool // there are more
	Fields map[string]Quality
	Keys   map[crm.Kind]Key // of the ticked fields together
	Better map[crm.Kind]string
}

// Quality is how many rows have a value in a field, and how many of the different values stand for one record.
type Quality struct{ Rows, Filled, Values, Unique int }

// FilledPercent and UniquePercent are rounded down: 100 means all.
func (q Quality) FilledPercent() int { return percent(q.Filled, q.Rows) }

// UniquePercent is how many of the values stand for one record.
func (q Quality) UniquePercent() int { return percent(q.Unique, q.Values) }

func percent(n, of int) int {
	if of == 0 {
		return 0
	}
	return n * 100 / of
}

// Key is how well the ticked fields of a kind together tell its records apart.
type Key struct {
	Fields  []string // paths
	Quality          // Filled: rows with all of them
	Blank   map[string]int
}

// mostSurveyed bounds how many rows are looked at for the page: the plan looks at all of them.
const mostSurveyed = 100_000

// Measure reads the rows of a draft's sheet.
func Measure(ctx context.Context, from Source, g *Grid, d *Draft) (*Survey, error) {
	book, err := sheet.OpenContext(ctx, from.Path, from.Options)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	s, err := layout.Choose(book, g.Sheet)
	if err != nil {
		return nil, err
	}
	m := newMeasure(from.Schema, d)
	out := &Survey{}
	for rows, err := range s.Rows(ctx, 1000) {
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if rows[i].Number <= g.HeaderRow || layout.IsExample(rows[i]) {
				continue
			}
			if out.Rows == mostSurveyed {
				out.More = true
				break
			}
			if m.add(&rows[i]) {
				out.Rows++
			}
		}
		if out.More {
			break
		}
	}
	m.end(out)
	return out, nil
}

// measure counts the values of all fields that may be matched on.
type measure struct {
	seed   maphash.Seed
	fields []*measured
	keys   []*measured
	row    []string // canonical values of the row, by the field's place
	kinds  map[crm.Kind][]int
	at     map[string]int // of each field
}

// measured is one field, or several together.
type measured struct {
	kind   crm.Kind
	places []int // of its fields
	blank  []int
	values map[uint64]uint64 // to what the record is besides
	shared map[uint64]bool   // values of several records
	record []int             // by which fields its records are distinguished
	index  int               // of the column; a field only
	field  *crm.Field
	rows   int
	filled int
}

// identity returns the fields by which people tell records of a kind apart, where some fields are equal: their names, and those of one name by a number or
// an address.
func (m *measure) identity(kind crm.Kind, without []int) []int {
	for _, names := range [][]string{append([]string{"name"}, kind.NameParts()...), {"org_number"}, {"zip"}, {"email"}} {
		var places []int
		for _, name := range names {
			if place, ok := m.at[kind.Path(name)]; ok {
				places = append(places, place)
			}
		}
		if len(places) > 0 && !slices.ContainsFunc(places, func(place int) bool { return slices.Contains(without, place) }) {
			return places
		}
	}
	return nil
}

func newMeasure(schema *crm.Schema, d *Draft) *measure {
	m := &measure{seed: maphash.MakeSeed(), kinds: map[crm.Kind][]int{}, at: map[string]int{}}
	for i := range d.Columns {
		f := schema.Field(d.Columns[i].Field)
		if f == nil {
			continue
		}
		place := len(m.fields)
		m.at[f.Path()] = place
		m.kinds[f.Kind] = append(m.kinds[f.Kind], place)
		m.fields = append(m.fields, newMeasured(f.Kind, []int{place}))
		m.fields[place].index, m.fields[place].field = d.Columns[i].Index, f
	}
	for _, kind := range crm.Kinds {
		if len(d.Rules[kind]) == 0 {
			continue
		}
		var places []int
		for _, name := range d.Rules[kind][0] {
			if place, ok := m.at[kind.Path(name)]; ok {
				places = append(places, place)
			}
		}
		if len(places) > 0 {
			m.keys = append(m.keys, newMeasured(kind, places))
		}
	}
	for _, all := range [][]*measured{m.fields, m.keys} {
		for _, f := range all {
			f.record = m.identity(f.kind, f.places)
		}
	}
	m.row = make([]string, len(m.fields))
	return m
}

func newMeasured(kind crm.Kind, places []int) *measured {
	return &measured{kind: kind, places: places, blank: make([]int, len(places)), values: map[uint64]uint64{}, shared: map[uint64]bool{}}
}

// add counts one row, and reports whether any field of it is filled.
func (m *measure) add(row *sheet.Row) bool {
	present := map[crm.Kind]bool{}
	for place, f := range m.fields {
		text := crm.Trim(row.Cell(f.index).Shown())
		m.row[place] = ""
		if text != "" {
			present[f.kind] = true
			m.row[place] = crm.Canonical(f.field.Type, crm.TextValue(text), "SE")
		}
	}
	for _, all := range [][]*measured{m.fields, m.keys} {
		for _, f := range all {
			if present[f.kind] {
				m.count(f)
			}
		}
	}
	return len(present) > 0
}

func (m *measure) count(f *measured) {
	f.rows++
	whole := true
	for i, place := range f.places {
		if m.row[place] == "" {
			f.blank[i]++
			whole = false
		}
	}
	if !whole {
		return
	}
	f.filled++
	value, record := m.hash(f.places), m.hash(f.record)
	if was, seen := f.values[value]; seen && was != record {
		f.shared[value] = true
	}
	f.values[value] = record
}

func (m *measure) hash(places []int) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	for _, place := range places {
		_, _ = h.WriteString(m.row[place])
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

func (f *measured) quality() Quality {
	return Quality{Rows: f.rows, Filled: f.filled, Values: len(f.values), Unique: len(f.values) - len(f.shared)}
}

// end fills in what was counted, and looks for a field that would be better to match on.
func (m *measure) end(s *Survey) {
	s.Fields, s.Keys, s.Better = map[string]Quality{}, map[crm.Kind]Key{}, map[crm.Kind]string{}
	for _, f := range m.fields {
		s.Fields[f.field.Path()] = f.quality()
	}
	for _, k := range m.keys {
		key := Key{Quality: k.quality(), Blank: map[string]int{}}
		for i, place := range k.places {
			path := m.fields[place].field.Path()
			key.Fields = append(key.Fields, path)
			if k.blank[i] > 0 {
				key.Blank[path] = k.blank[i]
			}
		}
		s.Keys[k.kind] = key
	}
	for _, kind := range crm.Kinds {
		s.Better[kind] = m.better(s, kind)
	}
}

// better returns the field of a kind that is filled and unique in all rows where what is ticked is not; "" if there is none.
func (m *measure) better(s *Survey, kind crm.Kind) string {
	key, ticked := s.Keys[kind]
	if ticked && key.Filled == key.Rows && key.Unique == key.Values {
		return ""
	}
	for _, place := range m.kinds[kind] {
		f := m.fields[place].field
		q := s.Fields[f.Path()]
		if !slices.Contains([]crm.Type{crm.OrgNumber, crm.Email, crm.Phone}, f.Type) && !strings.HasPrefix(f.Name, "custom.") || f.Type == crm.Choice || f.Type == crm.Choices {
			continue
		}
		if q.Rows > 0 && q.Filled == q.Rows && q.Unique == q.Values && q.Values > q.Rows/20 && !slices.Equal(key.Fields, []string{f.Path()}) {
			return f.Path()
		}
	}
	return ""
}
