package sheet

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/url"
	"path"
	"strings"
)

// relation is one line of a .rels part: an id, what it leads to, and where.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// is compares the last word of the type, which strict and transitional files share.
func (r relation) is(what string) bool {
	return strings.EqualFold(path.Base(r.Type), what) && r.Mode != "External"
}

// relations reads the .rels of a part ("": of the zip itself), with the targets made names of parts. A part without has none.
func (a *archive) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	name := path.Join(dir, "_rels", base+".rels")
	if a.parts[partName(name)] == nil {
		return nil, nil
	}
	var doc struct {
		List []relation `xml:"Relationship"`
	}
	if err := a.unmarshal(name, &doc); err != nil {
		return nil, err
	}
	for i := range doc.List {
		doc.List[i].Target = a.resolve(dir, doc.List[i].Target)
	}
	return doc.List, nil
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

// unmarshal reads a small XML part into v.
func (a *archive) unmarshal(name string, v any) error {
	b, err := a.read(name)
	if err != nil {
		return err
	}
	r, err := decoded(bytes.NewReader(b))
	if err != nil {
		return blame(err, thePart, name)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return blame(err, thePart, name)
	}
	if bytes.Contains(text, []byte("<!DOCTYPE")) {
		return corrupt("the part %s has a DOCTYPE, which no workbook has", name)
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = charset
	if err := d.Decode(v); err != nil {
		return blame(err, thePart, name)
	}
	return nil
}

// workbookXML is what we ask of the part that lists the sheets.
type workbookXML struct {
	XMLName xml.Name
	Pr      struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

// entry is one tab as the workbook lists it.
type entry struct {
	name, id string
	hidden   bool
}

func (w *workbookXML) entries() []entry {
	var list []entry
	for _, s := range w.Sheets {
		var e entry
		for _, a := range s.Attrs {
			switch {
			case a.Name.Local == "name":
				e.name = a.Value
			case a.Name.Local == "state":
				e.hidden = a.Value == "hidden" || a.Value == "veryHidden" // writers put other words there, and Excel shows the sheet
			case a.Name.Local == "id" && a.Name.Space != "":
				e.id = a.Value
			}
		}
		list = append(list, e)
	}
	return list
}

// truth reads an XML boolean.
func truth(s string) bool { return s == "1" || strings.EqualFold(s, "true") || s == "on" }
