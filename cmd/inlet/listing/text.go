package listing

import (
	"fmt"
	"io"
	"time"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Text writes imports as a table. On a terminal the IDs are short, and a legend explains the counts.
func Text(w io.Writer, imports []ledger.Import, lang string) {
	if len(imports) == 0 {
		fmt.Fprintln(w, message.Word(lang, "No imports yet."))
		return
	}
	headings := []string{message.Word(lang, "Import"), message.Word(lang, "When"), message.Word(lang, "Inbox"), message.Word(lang, "Workbook"),
		message.Word(lang, "State")}
	for _, kind := range crm.Kinds {
		headings = append(headings, report.Heading(kind, lang))
	}
	t := terminal.NewTable(headings...)
	const stateColumn = 4
	t.Paint(stateColumn, func(text string) string { return stateStyles(imports, lang)[text].Paint(text) })
	for i := range crm.Kinds {
		t.Paint(stateColumn+1+i, terminal.PaintSigns)
	}
	short := func(id string) string { return id }
	if terminal.Is(w) {
		short = Shortener(imports)
	}
	for _, imp := range imports {
		row := []any{short(imp.ID), imp.Began.Local().Format(time.DateTime), imp.Inbox, workbookName(&imp, short, lang), report.Stands(&imp, lang)}
		for _, c := range imp.Tally.Counts {
			row = append(row, countSigns(c))
		}
		t.Add(row...)
	}
	t.Print(w)
	if terminal.Is(w) {
		legend := message.Word(lang, "+ created  x removed  ~ updated  = unchanged  - skipped  ! rejected or parked")
		fmt.Fprintln(terminal.Fold(w), "\n"+terminal.Faint.PaintFor(w, legend))
	}
}

// stateStyles returns the styles of the words for the states of imports.
func stateStyles(imports []ledger.Import, lang string) map[string]terminal.Style {
	all := map[string]terminal.Style{}
	for i := range imports {
		var style terminal.Style
		switch imp := &imports[i]; {
		case imp.UndoneBy != "" || imp.State == ledger.Duplicate:
			style = terminal.Faint
		case imp.State == ledger.Done:
			style = terminal.Green
		case imp.State == ledger.Held || imp.State == ledger.Running:
			style = terminal.Yellow
		default:
			style = terminal.Red
		}
		all[report.Stands(&imports[i], lang)] = style
	}
	return all
}

// workbookName returns the workbook of an import, and of an undo also what it undoes.
func workbookName(imp *ledger.Import, short func(string) string, lang string) string {
	if imp.Undoes == "" {
		return imp.Workbook
	}
	return fmt.Sprintf(message.Word(lang, "%s, undo of %s"), imp.Workbook, short(imp.Undoes))
}

// countSigns returns counts short: + created, x removed, ~ updated, = unchanged, - skipped, ! rejected, parked or kept.
func countSigns(c ledger.Count) string {
	text := ""
	for _, part := range []struct {
		sign string
		n    int
	}{{"+", c.Created}, {"x", c.Removed}, {"~", c.Updated}, {"=", c.Unchanged}, {"-", c.Skipped}, {"!", c.NotApplied()}} {
		if part.n > 0 {
			text += fmt.Sprintf(" %s%d", part.sign, part.n)
		}
	}
	if text == "" {
		return ""
	}
	return text[1:]
}
