package sheet

import (
	"errors"
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
	links, err := z.relations(s.part)
	if err != nil {
		return onlyWorlds(err)
	}
	seen := map[string]bool{}
	for _, l := range links {
		if !l.is("table") || seen[l.Target] || len(seen) == mostTables {
			continue
		}
		seen[l.Target] = true
		if t, ok, err := z.table(l.Target); err != nil {
			return err
		} else if ok {
			s.Tables = append(s.Tables, t)
		}
	}
	slices.SortStableFunc(s.Tables, func(a, b Table) int { return compareRanges(a.Range(), b.Range()) })
	return nil
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
