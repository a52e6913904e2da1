package xlsx

import (
	"bytes"
	"context"
	"net/url"
	"path"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// relation is one entry of a .rels part: an id, what it leads to, and where.
type relation struct{ ID, Type, Target, Mode string }

// is compares the last word of the type, which is the same in strict and transitional files.
func (r relation) is(what string) bool {
	return strings.EqualFold(path.Base(r.Type), what) && r.Mode != "External"
}

// mostRelationBytes bounds what is kept of a .rels part; a relation takes some 200 bytes.
const mostRelationBytes = 8 << 20

// relations reads the .rels of a part ("": of the zip itself), with their targets as names of parts. A part without .rels has none.
func relations(ctx context.Context, zip *container.Zip, part string) ([]relation, error) {
	dir, base := path.Split(part)
	name := path.Join(dir, "_rels", base+".rels")
	if !zip.Has(name) {
		return nil, nil
	}
	most := 2 * zip.Limits().Entries // a part each, and others
	var list []relation
	kept := 0
	err := elements(ctx, zip, name, func(x *xmlscan.Scanner) error {
		if !x.At("", "Relationship") {
			return nil
		}
		l, err := relationOf(x)
		if err != nil {
			return err
		}
		l.Target = resolve(zip, dir, l.Target)
		list = append(list, l)
		if kept += len(l.ID) + len(l.Type) + len(l.Target) + len(l.Mode); len(list) > most || kept > mostRelationBytes {
			return fault.New(fault.CodeLimit, "the part %s has more than %s relationships, or more than %s MB of them", name, most, mostRelationBytes>>20)
		}
		return nil
	})
	return list, err
}

// relationOf reads the current tag as an entry of a .rels part.
func relationOf(x *xmlscan.Scanner) (l relation, err error) {
	for _, a := range []struct {
		name string
		to   *string
	}{{"Id", &l.ID}, {"Type", &l.Type}, {"Target", &l.Target}, {"TargetMode", &l.Mode}} {
		if *a.to, err = x.Attr(a.name); err != nil {
			return l, err
		}
	}
	return l, nil
}

// resolve returns the part that a target names: relative to dir or absolute, with backslashes or per cent escapes.
func resolve(zip *container.Zip, dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join(dir, target)
	}
	name := container.PartName(target)
	if !zip.Has(name) {
		if plain, err := url.PathUnescape(name); err == nil {
			return container.PartName(plain)
		}
	}
	return name
}

// bookPart is what is read of the part that lists the sheets.
type bookPart struct {
	date1904 string // as the part has it: a boolean, or ""
	sheets   []sheetEntry
}

// sheetEntry is one tab as the workbook lists it.
type sheetEntry struct {
	name, id string
	hidden   bool
}

// mostNameBytes bounds the name of a sheet. The limit of Excel is 31 characters, and other programs write little more.
const mostNameBytes = 1 << 10

// readBookPart reads that part.
func readBookPart(ctx context.Context, zip *container.Zip, name string) (b bookPart, err error) {
	err = elements(ctx, zip, name, func(x *xmlscan.Scanner) (err error) {
		switch {
		case x.At("") && string(xmlscan.Local(x.Name)) != "workbook":
			err = fault.Corrupt("the part %s is a <%s>, but it must be the workbook", name, fault.Short(40, xmlscan.Local(x.Name)))
		case x.At("workbook", "workbookPr"):
			err = b.setDate1904(x, name)
		case x.At("workbook", "sheets", "sheet"):
			var e sheetEntry
			e, err = entryOf(x)
			if b.sheets = append(b.sheets, e); len(b.sheets) > zip.Limits().Entries {
				err = fault.New(fault.CodeLimit, "the workbook lists more than %s sheets", zip.Limits().Entries).OverLimit("parts")
			}
		}
		return err
	})
	return b, err
}

// setDate1904 reads from which day dates are counted. Two answers, or one that is no boolean, leave every date open to a shift of four years.
func (b *bookPart) setDate1904(x *xmlscan.Scanner, part string) error {
	value, err := x.Attr("date1904")
	if value = strings.TrimSpace(value); value == "" || err != nil {
		return err
	}
	if _, ok := xmlscan.Bool(value); !ok || b.date1904 != "" && b.date1904 != value {
		return fault.Corrupt("the part %s does not say clearly from which day dates are counted: date1904 is %s", part, fault.Quoted(20, value))
	}
	b.date1904 = value
	return nil
}

// entryOf reads the current tag as one tab. Its id has a prefix, which may have any name.
func entryOf(x *xmlscan.Scanner) (e sheetEntry, err error) {
	for _, a := range x.Attrs {
		prefix, name, prefixed := bytes.Cut(a.Name, []byte(":"))
		if !prefixed {
			name = a.Name
		}
		to := new(string)
		switch {
		case string(prefix) == "xmlns" && prefixed:
			continue
		case string(name) == "name":
			to = &e.name
		case string(name) == "state":
			e.hidden = string(a.Value) == "hidden" || string(a.Value) == "veryHidden" // writers put other words there, and Excel shows the sheet
		case string(name) == "id" && prefixed:
			to = &e.id
		}
		if len(a.Value) > mostNameBytes {
			return e, fault.New(fault.CodeLimit, "the name of a sheet, or another attribute of it, has more than %s bytes; Excel's own limit is 31 characters", mostNameBytes)
		}
		text, err := xmlscan.Decode(nil, a.Value)
		if err != nil {
			return e, err
		}
		*to = string(text)
	}
	return e, nil
}
