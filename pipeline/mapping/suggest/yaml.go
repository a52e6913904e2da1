package suggest

import (
	"fmt"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/suggest/keys"
	"inlet.example/inlet/pipeline/mapping/suggest/spoken"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/strictyaml"
)

// Because returns why a column is what it is, and what makes it doubtful, on one line.
func (c *Proposal) Because(lang string) string { return c.because(lang, false) }

func (c *Proposal) because(lang string, withPaths bool) string {
	all := []string{spoken.In(lang, c.Why, withPaths)}
	for _, more := range c.More {
		all = append(all, spoken.In(lang, more, withPaths))
	}
	return oneLine(strings.Join(all, "; "))
}

// YAML returns the suggestion as a sidecar that can be used as it stands; lines that a person should look at have a comment, in sv or en.
func (s *Suggestion) YAML(lang string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", oneLine(spoken.In(lang, message.Say("Suggested for %s from its first %s rows. Check each line that has a comment.", s.Book, s.rows), false)))
	for _, note := range s.NotesIn(lang) {
		fmt.Fprintf(&b, "# %s\n", note)
	}
	b.WriteString("version: 1\n")
	if s.named {
		fmt.Fprintf(&b, "sheet: %s\n", strictyaml.Quote(oneLine(s.Sheet)))
	}
	if s.later {
		fmt.Fprintf(&b, "header_row: %d\n", s.HeaderRow)
	}
	if s.locale != "" {
		fmt.Fprintf(&b, "locale: %s  # %s\n", s.locale, spoken.In(lang, message.Say("numbers written as text have this format, not %s", convert.Locales[0]), false))
	}
	if s.region != "" {
		fmt.Fprintf(&b, "region: %s  # %s\n", s.region, spoken.In(lang, message.Say("the org numbers are not those of %s", keys.UsualRegion), false))
	}
	b.WriteString("columns:\n")
	for i := range s.Columns {
		s.Columns[i].yaml(&b, lang)
	}
	s.match(&b, lang)
	return []byte(b.String())
}

func (c *Proposal) yaml(b *strings.Builder, lang string) {
	if c.Heading == "" && c.Field == nil && len(c.guesses) == 0 {
		return // without heading it is left alone anyway
	}
	key := c.key()
	comment := ""
	switch {
	case c.Unsure && c.Confidence > 0:
		comment = fmt.Sprintf("  # %d %%: %s", c.Confidence, c.because(lang, true))
	case c.Unsure:
		comment = "  # " + c.because(lang, true)
	}
	switch {
	case c.Field == nil:
		fmt.Fprintf(b, "  %s: ignore%s\n", key, comment)
	case c.dropUnknown:
		fmt.Fprintf(b, "  %s: {field: %s, on_invalid: drop_cell}%s\n", key, c.Field.Path(), comment)
	case len(c.layouts) == 1:
		fmt.Fprintf(b, "  %s: {field: %s, layouts: [%s]}%s\n", key, c.Field.Path(), strictyaml.Quote(oneLine(c.layouts[0])), comment)
	default:
		fmt.Fprintf(b, "  %s: %s%s\n", key, c.Field.Path(), comment)
		for _, layout := range c.layouts {
			fmt.Fprintf(b, "  # %s: {field: %s, layouts: [%s]}\n", key, c.Field.Path(), strictyaml.Quote(oneLine(layout)))
		}
	}
}

// key is the column as the sidecar names it.
func (c *Proposal) key() string {
	if c.lettered {
		return strconv.Quote("=" + c.Letter)
	}
	return strictyaml.Quote(oneLine(c.Heading))
}

// NotesIn returns what concerns the whole sheet, for its top: the system that it comes from, and what every row lacks.
func (s *Suggestion) NotesIn(lang string) []string {
	var all []string
	for _, note := range s.notes() {
		all = append(all, oneLine(spoken.In(lang, note, false)))
	}
	return all
}

func (s *Suggestion) notes() []message.Text {
	var all []message.Text
	if s.System.Name != "" {
		all = append(all, message.Say("The headings are those of an export from %s.", s.System.Name))
	}
	switch {
	case s.Column("account.name") != nil:
	case s.findsAccounts():
		all = append(all, message.Say("No column is the company's name: known companies are updated, and the rows of all others are rejected. Set account.name for the column that has it."))
	default:
		all = append(all, message.Say("No column is the company's name: every row would be rejected. Set account.name for the column that has it."))
	}
	return all
}

// findsAccounts reports whether rows can find accounts without their name: by an ID, or by what accounts are matched on.
func (s *Suggestion) findsAccounts() bool {
	for _, kind := range crm.Kinds {
		if s.Column(kind.Path("id")) != nil {
			return true
		}
	}
	return s.keys[crm.Account].Usable()
}

func (s *Suggestion) match(b *strings.Builder, lang string) {
	if len(s.keys) == 0 {
		return
	}
	b.WriteString("match:\n")
	for _, kind := range crm.Kinds {
		key, ok := s.keys[kind]
		if !ok {
			continue
		}
		// An empty list is written out: without it the configured fields would be matched on, which may have no column.
		fmt.Fprintf(b, "  # %s\n  %s: %s\n", oneLine(spoken.In(lang, key.Why, false)), kind, rulesYAML(key.Rules))
	}
}

// rulesYAML is the fields of a rule as a list, or, where there are several rules, as a list of lists.
func rulesYAML(rules [][]string) string {
	var all []string
	for _, fields := range rules {
		all = append(all, "["+strings.Join(fields, ", ")+"]")
	}
	if len(all) == 1 {
		return all[0]
	}
	return "[" + strings.Join(all, ", ") + "]"
}
