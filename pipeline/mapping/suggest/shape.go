package suggest

import (
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// shape is what the values of a column look like.
type shape struct {
	g      *guesser
	cells  []sheet.Cell
	counts map[crm.Type]int // values that are surely of the type
}

func (g *guesser) shapeOf(cells []sheet.Cell) *shape {
	s := &shape{g: g, cells: cells, counts: map[crm.Type]int{}}
	for _, cell := range cells {
		for t, is := range appearances {
			if is.certainly != nil && is.certainly(cell) {
				s.counts[t]++
			}
		}
	}
	return s
}

// of returns how many values are of the field's type, as it is counted, and how many could be.
func (s *shape) of(f *crm.Field) (t crm.Type, sure, could int) {
	t = f.Type.Looks()
	switch {
	case t == crm.User:
		known := func(text string) bool { _, ok := s.g.schema.User(text); return ok }
		return t, s.count(known), s.count(known)
	case f.Type.Describe().Choices:
		known := func(text string) bool {
			_, wrong := convert.Choices(f, sheet.Cell{Type: sheet.Text, Raw: text})
			return wrong == nil
		}
		return t, s.count(known), s.count(known)
	}
	for _, cell := range s.cells {
		if possiblyType(t, cell) {
			could++
		}
	}
	return t, s.counts[t], could
}

func (s *shape) count(is func(string) bool) int {
	n := 0
	for _, cell := range s.cells {
		if is(crm.Trim(cell.Shown())) {
			n++
		}
	}
	return n
}

// score confirms or contradicts by the values what the heading says.
func (s *shape) score(g *guess) {
	filled := len(s.cells)
	if filled == 0 {
		return
	}
	if g.field.Type == crm.Text || g.field.Type == crm.ID && g.field.Name != "id" {
		s.scoreText(g)
		return
	}
	t, sure, could := s.of(g.field)
	_, listed := appearances[t]
	anything := !listed || t == crm.Choice && len(g.field.Choices) == 0 || t == crm.User && len(s.g.schema.Users()) == 0
	switch {
	case anything:
	case could*2 < filled:
		g.sure, g.unsure = max(g.sure-40, 5), true
		if could == 0 {
			g.sure = min(g.sure, sureEnough-10)
		}
		g.more = append(g.more, message.Say(appearances[t].few, could, filled))
	case sure*10 >= filled*9:
		if g.sure < 95 && !g.either {
			g.sure = min(95, g.sure+10)
		}
		if g.unsure {
			g.more = append(g.more, message.Say(appearances[t].most, sure, filled))
		}
	case could*10 < filled*9:
		g.unsure = true
		g.more = append(g.more, message.Say(appearances[t].few, could, filled))
	}
}

// scoreText contradicts a text that is all numbers, dates or addresses. Notes may hold anything.
func (s *shape) scoreText(g *guess) {
	if g.field.Name == "notes" || g.field.Type == crm.ID {
		return
	}
	for _, t := range []crm.Type{crm.Email, crm.URL, crm.Date, crm.Decimal} {
		if filled := len(s.cells); s.counts[t]*10 >= filled*8 {
			g.sure, g.unsure = max(g.sure-40, 5), true
			g.more = append(g.more, message.Say(appearances[t].most, s.counts[t], filled))
			return
		}
	}
}

// alone returns what the values may be whatever the heading says.
func (s *shape) alone() []guess {
	filled := len(s.cells)
	var all []guess
	add := func(path string, t crm.Type, n, sure int) {
		if f := s.g.schema.Field(path); f != nil && filled >= 3 && n*10 >= filled*9 {
			all = append(all, guess{field: f, sure: sure, unsure: true, why: message.Say(appearances[t].most, n, filled)})
		}
	}
	add("account.org_number", crm.OrgNumber, s.counts[crm.OrgNumber], 75)
	add("contact.email", crm.Email, s.counts[crm.Email], 65)
	add("account.website", crm.URL, s.counts[crm.URL], 65)
	add("account.zip", crm.Postcode, s.count(func(text string) bool { return len(text) == 6 && text[3] == ' ' && postcode.MatchString(text) }), 65)
	if s.counts[crm.OrgNumber] == 0 {
		add("account.phone", crm.Phone, s.counts[crm.Phone], sureEnough)
	}
	for _, f := range s.g.schema.Fields() {
		if len(f.Choices) > 1 {
			_, n, _ := s.of(f)
			add(f.Path(), crm.Choice, n, 65)
		}
	}
	return all
}

// readDates finds out how a column writes its dates as text: where all fit one layout it is certain, where they fit several a person must choose.
func (c *Proposal) readDates() {
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
