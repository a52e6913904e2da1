package mappingedit

import (
	"fmt"
	"strings"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// screen is the lines of one picture of an editor.
type screen struct {
	editor
	lines []string
}

// View returns the screen.
func (e editor) View() string {
	s := screen{editor: e}
	s.head()
	if e.picking {
		s.fields()
	} else {
		s.table()
	}
	s.foot()
	return strings.Join(s.lines, "\n")
}

// maxSaid is how many lines the result of a check may have.
const maxSaid = 4

// rows is how many columns or fields fit between head and foot.
func (e editor) rows() int { return max(3, e.height-4-maxSaid-3) }

// add adds a line that fits the screen.
func (s *screen) add(style terminal.Style, text string) {
	text = message.Truncate(text, s.width)
	if s.options.colours {
		text = style.Paint(text)
	}
	s.lines = append(s.lines, text)
}

func (s *screen) head() {
	d := s.draft
	s.add(terminal.Bold, fmt.Sprintf(message.Word(s.options.language, "%s, sheet %s, headings in row %d"), message.Plain(d.Book), message.Plain(d.Sheet), d.HeaderRow))
	s.add("", s.position())
}

// position says which sheet and match rule are shown, where there are several.
func (s *screen) position() string {
	var all []string
	if n := len(s.drafts.All); n > 1 {
		all = append(all, fmt.Sprintf(message.Word(s.options.language, "Sheet %d of %d"), s.sheet+1, n))
	}
	if s.draft.Rules > 1 {
		all = append(all, fmt.Sprintf(message.Word(s.options.language, "Match rule %d of %d, tried in turn"), s.rule+1, s.draft.Rules))
	}
	return strings.Join(all, "   ")
}

// widths are those of the cells of a row: heading, examples, field.
func (s *screen) widths() (heading, examples, field int) {
	room := max(30, s.width-len("> [x] AA      100 %?  "))
	heading = min(room*3/10, max(8, s.widest(func(c *Column) string { return c.Heading })))
	field = min(room*4/10, max(8, s.widest(func(c *Column) string { return s.label(c.Field) + "  " + s.path(c.Field) })))
	return heading, room - heading - field, field
}

func (s *screen) widest(text func(*Column) string) int {
	wide := 0
	for i := range s.draft.Columns {
		wide = max(wide, message.Width(text(&s.draft.Columns[i])))
	}
	return wide
}

// cell is a text in a cell of a width.
func cell(text string, width int) string {
	return message.Pad(message.Truncate(message.Plain(text), width), width)
}

func (s *screen) table() {
	d, lang := s.draft, s.options.language
	heading, examples, field := s.widths()
	s.add(terminal.Bold, "  "+cell(message.Word(lang, "Match"), 5)+" "+cell("", 3)+cell(message.Word(lang, "Heading"), heading)+"  "+
		cell(message.Word(lang, "Examples"), examples)+"  "+cell(message.Word(lang, "Field"), field))
	top := s.first(len(d.Columns), s.at)
	for i := top; i < min(top+s.rows(), len(d.Columns)); i++ {
		c := &d.Columns[i]
		mark, tick, style := "  ", "     ", terminal.Style("")
		switch {
		case c.Ticked(s.rule):
			tick = "[x]  "
		case c.Field != nil:
			tick = "[ ]  "
		default:
			style = terminal.Faint
		}
		if i == s.at {
			mark, style = "> ", terminal.Reverse
		}
		name := s.path(nil)
		if c.Field != nil {
			name = s.label(c.Field) + "  " + s.path(c.Field)
		}
		sure := ""
		if c.Suggested != nil && c.Suggested == c.Field {
			sure = fmt.Sprintf("  %d %%", c.Confidence)
		}
		s.add(style, mark+tick+" "+cell(c.Letter, 3)+cell(oneLine(c.Heading), heading)+"  "+cell(strings.Join(c.Examples, ", "), examples)+"  "+cell(name, field)+sure)
	}
	s.below(len(d.Columns), top)
	c := &d.Columns[s.at]
	if c.Why != "" && c.Suggested != nil {
		s.add(terminal.Faint, fmt.Sprintf(message.Word(lang, "Column %s: suggested %s, %d %%: %s"), c.Letter, s.path(c.Suggested), c.Confidence, c.Why))
	} else if c.Why != "" {
		s.add(terminal.Faint, fmt.Sprintf(message.Word(lang, "Column %s: %s"), c.Letter, c.Why))
	} else {
		s.add("", "")
	}
}

// first returns the first line of a list to show, so that the chosen one is seen.
func (s *screen) first(n, chosen int) int {
	return max(0, min(chosen-s.rows()/2, n-s.rows()))
}

// below says how many lines of a list are not shown.
func (s *screen) below(n, top int) {
	if more := n - top - s.rows(); more > 0 || top > 0 {
		s.add(terminal.Faint, fmt.Sprintf(message.Word(s.options.language, "  … %d of %d shown"), min(s.rows(), n), n))
		return
	}
	s.add("", "")
}

// fields is the list of fields that the chosen column can be.
func (s *screen) fields() {
	lang := s.options.language
	c := &s.draft.Columns[s.at]
	s.add(terminal.Bold, fmt.Sprintf(message.Word(lang, "Column %s, %s: which field is it? %s_"), c.Letter, message.Quote(lang, oneLine(c.Heading)), s.typed))
	found := s.found()
	top := s.first(len(found), s.choice)
	for i := top; i < min(top+s.rows(), len(found)); i++ {
		f := found[i]
		mark, style := "  ", terminal.Style("")
		if i == s.choice {
			mark, style = "> ", terminal.Reverse
		}
		s.add(style, mark+cell(s.label(f), 28)+"  "+cell(s.path(f), 28)+"  "+s.user(f))
	}
	if len(found) == 0 {
		s.add("", message.Word(lang, "No field has this name. Fields of your own: inlet field add"))
	}
	s.below(len(found), top)
	s.add("", "")
}

// user names the column that is a field already.
func (s *screen) user(f *crm.Field) string {
	for i := range s.draft.Columns {
		if c := &s.draft.Columns[i]; f != nil && c.Field == f {
			return fmt.Sprintf(message.Word(s.options.language, "column %s"), c.Letter)
		}
	}
	return ""
}

// foot is what the check says, and the keys.
func (s *screen) foot() {
	lang := s.options.language
	said := s.said
	if s.pending || said == nil {
		said = append([]string{message.Word(lang, "Checking the workbook …")}, said...)
	}
	var lines []string
	for _, sentence := range said {
		lines = append(lines, terminal.FoldLine(sentence, s.width, 2)...)
	}
	for _, line := range lines[:min(len(lines), maxSaid)] {
		s.add("", line)
	}
	if s.note != "" {
		s.add(terminal.Yellow, s.note)
	}
	keys := message.Word(lang, "↑↓ column  letters, Enter: change field  Space: match  Tab: next rule or sheet  +: new rule  Del: ignore  Ctrl-S: save  Esc: leave")
	if s.picking {
		keys = message.Word(lang, "letters: search  ↑↓ field  Enter: take it  Esc: back")
	}
	for _, line := range terminal.FoldLine(keys, s.width, 0) {
		s.add(terminal.Faint, line)
	}
}
