package mapping

import (
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet"
)

type heading struct {
	index int
	text  string
}

func headingsOf(head sheet.Row) []heading {
	var all []heading
	for _, c := range head.Cells {
		if text := crm.Trim(c.Shown()); text != "" {
			all = append(all, heading{c.Column, text})
		}
	}
	return all
}

func quoted(headings []heading) string {
	var all []string
	for _, h := range headings {
		all = append(all, strconv.Quote(h.text))
	}
	return shortList(all)
}

// shortList puts names with commas between them, so far as a person reads: a workbook may have thousands, and long ones.
func shortList(names []string) string {
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
