package xlsx

import (
	"context"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// Table is an Excel table of a sheet (Insert, Table): a range that the workbook itself calls one.
type Table struct {
	Name        string // as Excel shows it
	First, Last cell.Position
	Headings    bool     // its first row is the headings
	Totals      bool     // its last row holds totals
	Columns     []string // the headings as the table itself lists them, from left to right
}

// Range returns the cells of the table, with its headings and totals.
func (t Table) Range() cell.Range { return cell.Range{First: t.First, Last: t.Last} }

const (
	mostTables      = 1_000    // of a sheet; any more are not looked at
	mostTableBytes  = 8 << 20  // of a table's part; one of all 16,384 columns has 2 MB
	mostTablesBytes = 32 << 20 // of the parts of all tables of a workbook; any more are not looked at
)

// tableReader reads the tables of the sheets of a workbook.
type tableReader struct {
	zip   *container.Zip
	bytes uint64 // of the parts that were read
}

// read returns the tables of a sheet, from top to bottom and left to right. A table that cannot be read is left out, because the sheet has
// all its cells without it.
func (r *tableReader) read(ctx context.Context, sheetPart string) (tables []Table, err error) {
	parts, err := tableParts(ctx, r.zip, sheetPart)
	if err != nil {
		return nil, ignoreUnreadable(err)
	}
	for _, part := range parts {
		if t, ok, err := r.table(ctx, part); err != nil {
			return nil, err
		} else if ok {
			tables = append(tables, t)
		}
	}
	slices.SortStableFunc(tables, func(a, b Table) int { return cell.CompareRanges(a.Range(), b.Range()) })
	return tables, nil
}

// tableParts finds the parts of a sheet's tables among its relations. There is also a relation for each e-mail address on the sheet, up
// to 65,530.
func tableParts(ctx context.Context, zip *container.Zip, part string) ([]string, error) {
	dir, base := path.Split(part)
	name := path.Join(dir, "_rels", base+".rels")
	if !zip.Has(name) {
		return nil, nil
	}
	var list []string
	known := make(map[string]bool)
	err := elements(ctx, zip, name, func(x *xmlscan.Scanner) error {
		if len(list) == mostTables || !x.At("", "Relationship") {
			return nil
		}
		l, err := relationOf(x)
		if err != nil || !l.is("table") {
			return err
		}
		target := resolve(zip, dir, l.Target)
		if zip.Has(target) && !known[target] {
			list, known[target] = append(list, target), true
		}
		return nil
	})
	return list, err
}

// ignoreUnreadable drops an error that is the fault of the file.
func ignoreUnreadable(err error) error {
	if _, ok := errors.AsType[*fault.Unreadable](err); ok {
		return nil
	}
	return err
}

// tablePart is what is read of the part of a table.
type tablePart struct {
	name, display, ref, header, totals string
	columns                            []string
}

// table reads the part of one table; false if it makes no sense.
func (r *tableReader) table(ctx context.Context, name string) (Table, bool, error) {
	size := r.zip.InflatedSize(name)
	if size > mostTableBytes || r.bytes+size > mostTablesBytes {
		return Table{}, false, nil
	}
	r.bytes += size
	var p tablePart
	if err := elements(ctx, r.zip, name, p.element); err != nil {
		return Table{}, false, ignoreUnreadable(err)
	}
	t, ok := p.table()
	return t, ok, nil
}

// element takes what the current tag says about the table.
func (p *tablePart) element(x *xmlscan.Scanner) (err error) {
	switch {
	case x.At(""):
		for _, a := range []struct {
			name string
			to   *string
		}{{"name", &p.name}, {"displayName", &p.display}, {"ref", &p.ref}, {"headerRowCount", &p.header}, {"totalsRowCount", &p.totals}} {
			if *a.to, err = x.Attr(a.name); err != nil {
				return err
			}
		}
	case x.At("", "tableColumns", "tableColumn"):
		var name string
		name, err = x.Attr("name")
		if p.columns = append(p.columns, string(xmlscan.Unescape([]byte(name), 0))); len(p.columns) > cell.MaxColumn {
			return fault.Corrupt("the table has more columns than a sheet")
		}
	}
	return err
}

// table returns the table that the part describes. Without headerRowCount there is a row of headings. Only totalsRowCount says that
// there is a row of totals; totalsRowShown says that there once was one.
func (p *tablePart) table() (Table, bool) {
	r, ok := cell.ParseRange([]byte(p.ref))
	t := Table{Name: p.display, First: r.First, Last: r.Last, Headings: true, Columns: p.columns}
	if t.Name == "" {
		t.Name = p.name
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(p.header), 10, 32); err == nil {
		t.Headings = n > 0
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(p.totals), 10, 32); err == nil {
		t.Totals = n > 0 && (!t.Headings || r.Last.Row > r.First.Row)
	}
	return t, ok
}
