package xlsx

import (
	"context"
	"encoding/xml"
	"io"

	"inlet.example/inlet/pipeline/sheet/xlsx/container"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// mostProperties bounds what is read of the properties, in bytes. The limit of Excel is 255 characters for each.
const mostProperties = 1 << 20

// Property returns the text of a custom property; "" if there is none of the name, or none that can be read.
func (b *Book) Property(name string) string {
	for _, r := range b.root {
		if r.is("custom-properties") {
			return property(b.zip, r.Target, name)
		}
	}
	return ""
}

func property(zip *container.Zip, part, name string) string {
	r, err := zip.Open(context.Background(), part) // there is not much to read
	if err != nil {
		return ""
	}
	defer r.Close()
	text, err := xmlscan.DecodeUTF16(io.LimitReader(r, mostProperties))
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
	d.CharsetReader = xmlscan.CharsetReader
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
