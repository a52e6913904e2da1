package sheet

import (
	"bytes"
	"context"
	"net/url"
	"path"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// relation is one line of a .rels part: an id, what it leads to, and where.
type relation struct{ ID, Type, Target, Mode string }

// is compares the last word of the type, which strict and transitional files share.
func (r relation) is(what string) bool {
	return strings.EqualFold(path.Base(r.Type), what) && r.Mode != "External"
}

// mostRelationBytes bounds what is kept of one .rels part; a relation takes some 200.
const mostRelationBytes = 8 << 20

// relations reads the .rels of a part ("": of the zip itself), with the targets made names of parts. A part without has none.
func (a *archive) relations(ctx context.Context, part string) ([]relation, error) {
	dir, base := path.Split(part)
	name := path.Join(dir, "_rels", base+".rels")
	if a.parts[partName(name)] == nil {
		return nil, nil
	}
	most := 2 * a.limits.Entries // a part each, and others
	var list []relation
	kept := 0
	err := a.elements(ctx, name, func(x *scanner) error {
		if !x.at("", "Relationship") {
			return nil
		}
		l, err := relationOf(x)
		if err != nil {
			return err
		}
		l.Target = a.resolve(dir, l.Target)
		list = append(list, l)
		if kept += len(l.ID) + len(l.Type) + len(l.Target) + len(l.Mode); len(list) > most || kept > mostRelationBytes {
			return fault.New(fault.CodeLimit, "the part %s has more than %s relations, or more than %s MB of them", name, most, mostRelationBytes>>20)
		}
		return nil
	})
	return list, err
}

// relationOf reads the tag in hand as a line of a .rels part.
func relationOf(x *scanner) (l relation, err error) {
	for _, a := range []struct {
		name string
		to   *string
	}{{"Id", &l.ID}, {"Type", &l.Type}, {"Target", &l.Target}, {"TargetMode", &l.Mode}} {
		if *a.to, err = x.attr(a.name); err != nil {
			return l, err
		}
	}
	return l, nil
}

// resolve turns a target into the name of a part: relative to dir, absolute, with backslashes or per cent escapes.
func (a *archive) resolve(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join(dir, target)
	}
	name := partName(target)
	if a.parts[name] == nil {
		if plain, err := url.PathUnescape(name); err == nil {
			return partName(plain)
		}
	}
	return name
}

// bookPart is what we ask of the part that lists the sheets.
type bookPart struct {
	d1904  bool
	sheets []entry
}

// entry is one tab as the workbook lists it.
type entry struct {
	name, id string
	hidden   bool
}

// mostNameBytes bounds the name of a sheet. Excel's are 31 characters, and other programs' not much longer.
const mostNameBytes = 1 << 10

// readBook reads that part.
func (a *archive) readBook(ctx context.Context, name string) (b bookPart, err error) {
	err = a.elements(ctx, name, func(x *scanner) (err error) {
		switch {
		case x.at("") && string(local(x.name)) != "workbook":
			err = fault.Corrupt("the part %s is a <%s> where the workbook belongs", name, fault.Short(40, local(x.name)))
		case x.at("workbook", "workbookPr"):
			var date1904 string
			date1904, err = x.attr("date1904")
			b.d1904 = truth(date1904)
		case x.at("workbook", "sheets", "sheet"):
			var e entry
			e, err = entryOf(x)
			if b.sheets = append(b.sheets, e); len(b.sheets) > a.limits.Entries {
				err = fault.New(fault.CodeLimit, "the workbook lists more than %s sheets", a.limits.Entries).OverLimit("parts")
			}
		}
		return err
	})
	return b, err
}

// entryOf reads the tag in hand as one tab. Its id has a prefix, whose name is the writer's choice.
func entryOf(x *scanner) (e entry, err error) {
	for _, a := range x.attrs {
		prefix, name, prefixed := bytes.Cut(a.name, []byte(":"))
		if !prefixed {
			name = a.name
		}
		to := new(string)
		switch {
		case string(prefix) == "xmlns" && prefixed:
			continue
		case string(name) == "name":
			to = &e.name
		case string(name) == "state":
			e.hidden = string(a.value) == "hidden" || string(a.value) == "veryHidden" // writers put other words there, and Excel shows the sheet
		case string(name) == "id" && prefixed:
			to = &e.id
		}
		if len(a.value) > mostNameBytes {
			return e, fault.New(fault.CodeLimit, "the name of a sheet, or another attribute of it, has more than %s bytes; Excel's own limit is 31 characters", mostNameBytes)
		}
		text, err := decode(nil, a.value)
		if err != nil {
			return e, err
		}
		*to = string(text)
	}
	return e, nil
}

// truth reads an XML boolean.
func truth(s string) bool { return s == "1" || strings.EqualFold(s, "true") || s == "on" }
