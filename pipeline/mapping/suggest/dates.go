package suggest

import (
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// readDates finds out how a column writes its dates as text: where all fit one layout it is certain, where they fit several a person must choose.
func readDates(c *Proposal) {
	if c.Field == nil || c.Field.Type.Looks() != crm.Date {
		return
	}
	var texts []string
	for _, cell := range c.cells {
		if text := crm.Trim(cell.Raw); cell.Type == sheet.Text && len(convert.Times(convert.ISOLayouts, text, convert.Locales[0])) == 0 {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return
	}
	for _, layout := range textLayouts {
		if goes, _ := convert.GoLayout(layout); fitAll(goes, texts) {
			c.layouts = append(c.layouts, layout)
		}
	}
	switch len(c.layouts) {
	case 0:
		c.Unsure = true
		c.More = append(c.More, message.Say("%s is not an unambiguous date: set layouts for the column", texts[0]))
	case 1:
	default:
		c.Unsure = true
		days := [2]string{}
		for i := range days {
			goes, _ := convert.GoLayout(c.layouts[i])
			days[i] = convert.Times([]string{goes}, texts[0], convert.Locales[0])[0].Format(time.DateOnly)
		}
		c.More = append(c.More, message.Say("%s can be %s or %s: replace this line with the right one of the lines below", texts[0], days[0], days[1]))
	}
}

// textLayouts are the common ones as a sidecar writes them.
var textLayouts = []string{"d/m/yyyy", "m/d/yyyy", "d.m.yyyy", "m.d.yyyy", "d-m-yyyy", "m-d-yyyy", "d/m/yy", "m/d/yy", "yy/m/d", "yyyy/m/d", "yyyymmdd",
	"d/m yyyy", "d mmm yyyy", "d mmmm yyyy", "mmm d yyyy"}

func fitAll(layout string, texts []string) bool {
	for _, text := range texts {
		if len(convert.Times([]string{layout}, text, convert.Locales[0])) == 0 {
			return false
		}
	}
	return true
}

// oneLine is a text as it fits on a line of a comment.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
