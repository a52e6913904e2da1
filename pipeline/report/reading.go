package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Note is about something in a workbook that was not imported, or that a person may not expect to be imported (W8, W15).
type Note struct {
	Text  string
	Items []string // the rows, columns or sheets that it is about
	More  int      // how many of them are not among Items
	Do    string   // what to do about it, or ""
}

// Length is the most items that notes have.
type Length struct{ rows, columns, sheets int }

// The lengths.
var (
	Brief = Length{3, 5, 3}                                 // below the counts of an import; the show command has the rest
	Long  = Length{ledger.MaxLeftOutRows, 20, 20}           // in a mail
	Full  = Length{ledger.MaxLeftOutRows, 1 << 20, 1 << 20} // everything
)

// Notes returns, in a language, the notes about rows, columns and sheets of a workbook that were not imported.
func Notes(imp *ledger.Import, lang string, most Length) []Note {
	if imp.State == ledger.Duplicate || imp.Undoes != "" {
		return nil
	}
	n := &noting{Reading: &imp.Reading, lang: lang, most: most, several: len(imp.Reading.Sheets) > 1, advises: imp.Parent == ""}
	n.file, n.written = message.Plain(imp.Mapping), true
	if !hasMappingFile(imp) {
		n.file, n.written = message.Plain(strings.TrimSuffix(imp.Workbook, filepath.Ext(imp.Workbook)))+".mapping.yaml", false
	}
	n.leftOut()
	n.hidden()
	n.above()
	n.imported()
	n.columns()
	n.sheets()
	return n.all
}

// byHeadings is the name of the mapping of an import whose workbook had none.
const byHeadings = "headings"

func hasMappingFile(imp *ledger.Import) bool { return imp.Mapping != "" && imp.Mapping != byHeadings }

// MappingOf returns the name of the mapping of an import, or says in a language that the headings decided.
func MappingOf(imp *ledger.Import, lang string) string {
	if imp.Mapping == byHeadings {
		return message.Word(lang, "none, the headings decided")
	}
	return message.Plain(imp.Mapping)
}

// noting makes the notes about a reading.
type noting struct {
	*ledger.Reading
	lang    string
	most    Length
	file    string // name of the mapping, or the name that it would have
	written bool   // the mapping exists
	several bool   // several sheets were imported: rows and columns are listed with their sheet
	advises bool   // false for a correction, whose mapping is its parent's
	all     []Note
}

// add adds a note. Its advice may be a format for the mapping's name.
func (n *noting) add(note Note, do string) {
	if n.advises && strings.Contains(do, "%s") {
		note.Do = fmt.Sprintf(do, n.file)
	} else if n.advises {
		note.Do = do
	}
	n.all = append(n.all, note)
}

func (n *noting) leftOut() {
	all := n.AllLeftOut()
	if all == 0 {
		return
	}
	note := Note{Text: fmt.Sprintf(message.Word(n.lang, pick(all, "%d row is left out: %s", "%d rows are left out: %s")), all, n.reasons())}
	for _, row := range n.LeftOutRows[:min(n.most.rows, len(n.LeftOutRows))] {
		item := Where(row.Ref, n.lang)
		if len(n.LeftOut) > 1 {
			item += "  " + LeftOut(row.Why, n.lang)
		}
		if row.Text != "" {
			item += "  " + narrowQuote(n.lang, row.Text, 36)
		}
		note.Items = append(note.Items, item)
	}
	note.More = all - len(note.Items)
	do := ""
	if n.LeftOut[ledger.LeftOutFooter] > 0 {
		do = message.Word(n.lang, "If a row of text below the table is a record, fill in a second cell in that row.")
	}
	n.add(note, do)
}

// reasons returns why rows are left out, with counts where there is more than one reason.
func (n *noting) reasons() string {
	var said []string
	for _, why := range ledger.LeftOuts {
		switch count := n.LeftOut[why]; {
		case count > 0 && len(n.LeftOut) > 1:
			said = append(said, fmt.Sprintf("%s (%d)", LeftOut(why, n.lang), count))
		case count > 0:
			said = append(said, LeftOut(why, n.lang))
		}
	}
	return strings.Join(said, "; ")
}

// LeftOut returns the text of a reason for leaving rows out.
func LeftOut(why ledger.LeftOut, lang string) string {
	switch why {
	case ledger.LeftOutExample:
		return message.Word(lang, "the template's example")
	case ledger.LeftOutTotals:
		return message.Word(lang, "row of totals")
	case ledger.LeftOutHeadings:
		return message.Word(lang, "repeated headings")
	case ledger.LeftOutFooter:
		return message.Word(lang, "text below the table")
	case ledger.LeftOutSkip:
		return message.Word(lang, "below the headings, by rows: skip")
	case ledger.LeftOutHidden:
		return message.Word(lang, "hidden, by rows: hidden")
	case ledger.LeftOutUntil:
		return message.Word(lang, "below a blank row, by rows: until")
	case ledger.LeftOutWhere:
		return message.Word(lang, "condition not met, by rows: where")
	}
	return string(why)
}

// hidden notes that hidden rows were imported. Where the mapping leaves them out, leftOut notes them.
func (n *noting) hidden() {
	if n.HiddenRows == 0 || n.LeftOut[ledger.LeftOutHidden] > 0 {
		return
	}
	n.add(Note{Text: fmt.Sprintf(message.Word(n.lang, pick(n.HiddenRows, "%d row is hidden in the workbook; hidden rows are imported too",
		"%d rows are hidden in the workbook; hidden rows are imported too")), n.HiddenRows)},
		message.Word(n.lang, "To leave hidden rows out: rows: {hidden: skip} in %s"))
}

func (n *noting) above() {
	if n.Above == 0 {
		return
	}
	n.add(Note{Text: fmt.Sprintf(message.Word(n.lang, pick(n.Above, "%d row above the headings is not imported", "%d rows above the headings are not imported")), n.Above)},
		message.Word(n.lang, "If the headings are in another row: header_row: NUMBER in %s"))
}

func (n *noting) imported() {
	if len(n.Sheets) == 0 {
		return
	}
	var names []string
	for _, name := range n.Sheets[:min(n.most.sheets, len(n.Sheets))] {
		names = append(names, narrowQuote(n.lang, name, 40))
	}
	more := ""
	if rest := len(n.Sheets) - len(names); rest > 0 {
		more = fmt.Sprintf(message.Word(n.lang, " and %d more"), rest)
	}
	n.add(Note{Text: fmt.Sprintf(message.Word(n.lang, pick(len(n.Sheets), "The records come from the sheet %s", "The records come from the sheets %s")), strings.Join(names, ", ")+more)}, "")
}

func (n *noting) columns() {
	count := len(n.UnreadColumns)
	if count == 0 {
		return
	}
	note := Note{Text: fmt.Sprintf(message.Word(n.lang, pick(count, "%d column was not recognised as a field and is not imported", "%d columns were not recognised as fields and are not imported")), count)}
	for _, c := range n.UnreadColumns[:min(n.most.columns, count)] {
		note.Items = append(note.Items, n.column(&c))
	}
	note.More = count - len(note.Items)
	do := message.Word(n.lang, "To import one, write its field under columns: in %s, or ignore to hide this note. To create a field of your own: inlet field add")
	if !n.written {
		do = message.Word(n.lang, "To import one, write its field under columns: in %s; inlet mapping suggest writes that file. To create a field of your own: inlet field add")
	}
	n.add(note, do)
}

func (n *noting) column(c *ledger.UnreadColumn) string {
	at := message.Plain(c.Column)
	if n.several {
		at = message.Plain(c.Sheet) + "!" + at
	}
	name := message.Word(n.lang, "(no heading)")
	if c.Heading != "" {
		name = narrowQuote(n.lang, c.Heading, 40)
	}
	return at + "  " + name + "  " + fmt.Sprintf(message.Word(n.lang, pick(c.Filled, "%d filled cell", "%d filled cells")), c.Filled)
}

func (n *noting) sheets() {
	count := len(n.UnreadSheets)
	if count == 0 {
		return
	}
	known := false
	note := Note{Text: fmt.Sprintf(message.Word(n.lang, pick(count, "%d sheet is not imported", "%d sheets are not imported")), count)}
	for i, s := range n.UnreadSheets {
		known = known || s.KnownHeadings > 0
		if i < n.most.sheets {
			headings := message.Word(n.lang, "no recognised headings")
			if s.KnownHeadings > 0 {
				headings = fmt.Sprintf(message.Word(n.lang, pick(s.KnownHeadings, "%d recognised heading", "%d recognised headings")), s.KnownHeadings)
			}
			note.Items = append(note.Items, narrowQuote(n.lang, s.Sheet, 40)+"  "+headings)
		}
	}
	note.More = count - len(note.Items)
	do := ""
	if known {
		do = message.Word(n.lang, "To import all sheets with recognised headings: sheets: all in %s")
	}
	n.add(note, do)
}

// pick returns the singular or the plural.
func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// narrow returns a text on one line, shortened to a width.
func narrow(s string, wide int) string { return message.Truncate(message.Plain(s), wide) }

// narrowQuote returns a shortened text in the quotes of a language.
func narrowQuote(lang, s string, wide int) string {
	if lang == message.Swedish {
		return "”" + narrow(s, wide) + "”"
	}
	return `"` + strings.ReplaceAll(narrow(s, wide), `"`, `\"`) + `"`
}

// Rest writes the notes about a workbook without the rest of its import.
func Rest(w io.Writer, imp *ledger.Import, lang string, most Length) error {
	var b strings.Builder
	writeNotes(&b, Notes(imp, lang, most), "", lang)
	_, err := io.WriteString(w, b.String())
	return err
}

const page = 80 // columns of a terminal that is not wide

// writeNotes writes notes. With an import's ID, it names the command that lists the items that are not shown.
func writeNotes(b *strings.Builder, notes []Note, id, lang string) {
	for _, note := range notes {
		fold(b, note.Text, "  ")
		for _, item := range note.Items {
			b.WriteString("    " + item + "\n")
		}
		if note.More > 0 && id != "" {
			fmt.Fprintf(b, message.Word(lang, "    … and %d more: inlet show %s\n"), note.More, id)
		} else if note.More > 0 {
			fmt.Fprintf(b, message.Word(lang, "    … and %d more\n"), note.More)
		}
		if note.Do != "" {
			fold(b, note.Do, "    ")
		}
	}
}

// fold writes a text with an indentation, in lines that fit a narrow terminal.
func fold(b *strings.Builder, s, indent string) {
	wide := 0
	for _, w := range strings.Fields(s) {
		switch n := message.Width(w); {
		case wide == 0:
			b.WriteString(indent + w)
			wide = len(indent) + n
		case wide+1+n > page:
			b.WriteString("\n" + indent + "  " + w)
			wide = len(indent) + 2 + n
		default:
			b.WriteString(" " + w)
			wide += 1 + n
		}
	}
	b.WriteByte('\n')
}

// rowsOf returns how many rows a workbook has, in a format, and how many more are blank or left out. Together these are all rows below the headings.
func rowsOf(imp *ledger.Import, format, lang string) string {
	said := fmt.Sprintf(format, imp.Tally.Rows)
	if n := imp.Tally.Blank; n > 0 {
		said += fmt.Sprintf(message.Word(lang, ", %d blank"), n)
	}
	if n := imp.Reading.AllLeftOut(); n > 0 {
		said += fmt.Sprintf(message.Word(lang, ", %d left out"), n)
	}
	return said
}

// Rows returns the rows of a workbook in words: "9 rows, 2 blank, 3 left out".
func Rows(imp *ledger.Import, lang string) string {
	return rowsOf(imp, message.Word(lang, pick(imp.Tally.Rows, "%d row", "%d rows")), lang)
}

// Reading is the part of the summary about what was not imported. It always has every key, so that scripts need not check for them.
type Reading struct {
	LeftOut       map[ledger.LeftOut]int `json:"left_out"` // by reason; reasons without rows are not in it
	Above         int                    `json:"above"`
	HiddenRows    int                    `json:"hidden_rows"`
	UnreadColumns []ledger.UnreadColumn  `json:"unread_columns"`
	UnreadSheets  []ledger.UnreadSheet   `json:"unread_sheets"`
}

// ReadingOf returns the Reading of an import.
func ReadingOf(imp *ledger.Import) Reading {
	r := Reading{map[ledger.LeftOut]int{}, imp.Reading.Above, imp.Reading.HiddenRows, imp.Reading.UnreadColumns, imp.Reading.UnreadSheets}
	for why, n := range imp.Reading.LeftOut {
		if n > 0 {
			r.LeftOut[why] = n
		}
	}
	if r.UnreadColumns == nil {
		r.UnreadColumns = []ledger.UnreadColumn{}
	}
	if r.UnreadSheets == nil {
		r.UnreadSheets = []ledger.UnreadSheet{}
	}
	return r
}
