package sheet

import (
	"bytes"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Table is an Excel table of a sheet (Insert, Table): a range that the workbook itself calls one.
type Table struct {
	Name        string // as Excel shows it
	First, Last Position
	Headings    bool     // its first row is the headings
	Totals      bool     // its last row holds totals
	Columns     []string // the headings as the table itself lists them, from left to right
}

// Range gives the cells of the table, with its headings and totals.
func (t Table) Range() Range { return Range{t.First, t.Last} }

const (
	mostTables     = 1_000   // of a sheet; any more are not looked at
	mostTableBytes = 8 << 20 // of a table's part; one of all 16,384 columns has 2 MB
)

type tableXML struct {
	Name    string `xml:"name,attr"`
	Display string `xml:"displayName,attr"`
	Ref     string `xml:"ref,attr"`
	Header  string `xml:"headerRowCount,attr"`
	Totals  string `xml:"totalsRowCount,attr"`
	Columns []struct {
		Name string `xml:"name,attr"`
	} `xml:"tableColumns>tableColumn"`
}

// readTables notes the tables of the sheet, from top to bottom and left to right. A table that cannot be read is as good as none, because
// the cells are all there without it.
func (s *Sheet) readTables() error {
	if !s.Grid || s.part == "" {
		return nil
	}
	z := s.book.zip
	parts, err := z.tableParts(s.part)
	if err != nil {
		return onlyWorlds(err)
	}
	for _, part := range parts {
		if t, ok, err := z.table(part); err != nil {
			return err
		} else if ok {
			s.Tables = append(s.Tables, t)
		}
	}
	slices.SortStableFunc(s.Tables, func(a, b Table) int { return compareRanges(a.Range(), b.Range()) })
	return nil
}

// tableParts finds the parts of a sheet's tables among what the sheet is related to.
//
// # Why not relations
//
// A sheet of contacts has a relation for each of its e-mail addresses, 65,530 at most, and encoding/xml takes half a second for them.
func (a *archive) tableParts(part string) ([]string, error) {
	dir, base := path.Split(part)
	name := path.Join(dir, "_rels", base+".rels")
	if a.parts[partName(name)] == nil {
		return nil, nil
	}
	r, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := decoded(r)
	if err != nil {
		return nil, blame(err, thePart, name)
	}
	var list []string
	for x := newScanner(text, a.limits); x.kind != ending && len(list) < mostTables; {
		if err := x.next(); err != nil {
			return nil, blame(err, thePart, name)
		}
		if l := relationOf(x); l.is("table") {
			if target := a.resolve(dir, l.Target); !slices.Contains(list, target) {
				list = append(list, target)
			}
		}
	}
	return list, nil
}

// relationOf reads the tag in hand as a line of a .rels part; it is empty if the tag is another.
func relationOf(x *scanner) (l relation) {
	if _, local, ok := bytes.Cut(x.name, []byte(":")); x.kind != opening || string(x.name) != "Relationship" && (!ok || string(local) != "Relationship") {
		return l
	}
	for _, a := range x.attrs {
		switch string(a.name) {
		case "Type":
			l.Type = string(a.value)
		case "Target":
			if v, err := decode(nil, a.value); err == nil {
				l.Target = string(v)
			}
		case "TargetMode":
			l.Mode = string(a.value)
		}
	}
	return l
}

// onlyWorlds drops an error that is the file's own fault.
func onlyWorlds(err error) error {
	if _, ok := errors.AsType[*Unreadable](err); ok {
		return nil
	}
	return err
}

// table reads the part of one table; false if it makes no sense.
func (a *archive) table(name string) (Table, bool, error) {
	f := a.parts[partName(name)]
	if f == nil || f.UncompressedSize64 > mostTableBytes {
		return Table{}, false, nil
	}
	var x tableXML
	if err := a.unmarshal(name, &x); err != nil {
		return Table{}, false, onlyWorlds(err)
	}
	t, ok := x.table()
	return t, ok, nil
}

// table gives what the part says. Where headerRowCount is missing there is a row of headings. Only totalsRowCount says that there is a row
// of totals now; totalsRowShown says that there once was one.
func (x *tableXML) table() (Table, bool) {
	r, ok := parseRange([]byte(x.Ref))
	t := Table{Name: x.Display, First: r.First, Last: r.Last, Headings: true}
	if t.Name == "" {
		t.Name = x.Name
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(x.Header), 10, 32); err == nil {
		t.Headings = n > 0
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(x.Totals), 10, 32); err == nil {
		t.Totals = n > 0 && (!t.Headings || r.Last.Row > r.First.Row)
	}
	for _, c := range x.Columns {
		t.Columns = append(t.Columns, string(unescape([]byte(c.Name), 0)))
	}
	return t, ok
}
