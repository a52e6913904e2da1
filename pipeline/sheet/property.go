package sheet

import (
	"context"
	"encoding/xml"
	"io"

	"github.com/xuri/excelize/v2"
)

// Property sets a property of the workbook, which nobody sees who does not look for it. Programs that save the workbook keep it.
func (w *Writer) Property(name, value string) {
	w.properties = append(w.properties, excelize.CustomProperty{Name: name, Value: value})
}

// mostProperties bounds what is read of the properties, in bytes. Excel's own limit is 255 characters each.
const mostProperties = 1 << 20

// Property gives the text of a property of the workbook, "" if it has none of that name or none that can be read.
func (w *Workbook) Property(name string) string {
	if w.zip == nil {
		return ""
	}
	for _, r := range w.zip.root {
		if r.is("custom-properties") {
			return w.zip.property(r.Target, name)
		}
	}
	return ""
}

func (a *archive) property(part, name string) string {
	r, err := a.open(context.Background(), part) // there is not much to read
	if err != nil {
		return ""
	}
	defer r.Close()
	text, err := decodeUTF16(io.LimitReader(r, mostProperties))
	if err != nil {
		return ""
	}
	var doc struct {
		List []struct {
			Name string `xml:"name,attr"`
			Text string `xml:"lpwstr"`
		} `xml:"property"`
	}
	d := xml.NewDecoder(text)
	d.CharsetReader = charset
	if d.Decode(&doc) != nil {
		return ""
	}
	for _, p := range doc.List {
		if p.Name == name {
			return p.Text
		}
	}
	return ""
}
