package layout

import (
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet"
)

type Heading struct {
	Index int
	Text  string
}

func Headings(head sheet.Row) []Heading {
	var all []Heading
	for _, c := range head.Cells {
		if text := crm.Trim(c.Shown()); text != "" {
			all = append(all, Heading{c.Column, text})
		}
	}
	return all
}

func Quoted(headings []Heading) string {
	var all []string
	for _, h := range headings {
		all = append(all, strconv.Quote(h.Text))
	}
	return ShortList(all)
}

// ShortList puts names with commas between them, so far as a person reads: a workbook may have thousands, and long ones.
func ShortList(names []string) string {
	const most = 1000 // bytes
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		if b.WriteString(name[:min(len(name), most)]); b.Len() >= most {
			return strings.ToValidUTF8(b.String()[:most], "") + "…"
		}
	}
	return b.String()
}
