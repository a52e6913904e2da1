package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/span"
)

// Report is the result of one import, made when it ends.
type Report struct {
	Import  ledger.Import
	Steps   map[ledger.Step]time.Duration
	Plan    []byte // of a held import: the plan as text
	Resumed bool   // an interrupted import was resumed
}

// summary and summaryTail are the last line of `--json` (section 14): the counts of each kind stand between them.
type (
	summary struct {
		Type   string       `json:"type"`
		Import string       `json:"import"`
		State  ledger.State `json:"state"`
		Why    string       `json:"why,omitempty"`
		Rows   int          `json:"rows"`
		Blank  int          `json:"blank_rows"`
	}
	summaryTail struct {
		Problems map[ledger.Code]int `json:"problems"`
		Rejected string              `json:"rejected_workbook,omitempty"`
		Undoes   string              `json:"undoes,omitempty"`
		Repeated string              `json:"duplicate_of,omitempty"`
		Reading
	}
)

// JSON writes the summary as one line.
func JSON(w io.Writer, imp *ledger.Import) error {
	problems := imp.Tally.Problems
	if problems == nil {
		problems = map[ledger.Code]int{}
	}
	line, err := ledger.JoinJSON(summary{"summary", imp.ID, imp.State, imp.Why, imp.Tally.Rows, imp.Tally.Blank}, imp.Tally.Counts,
		summaryTail{problems, imp.Rejected, imp.Undoes, imp.Original(), ReadingOf(imp)})
	if err != nil {
		return err
	}
	return message.NewEncoder(w).Encode(json.RawMessage(line))
}

// Text writes the import as text, with a line per kind.
func Text(w io.Writer, imp *ledger.Import, lang string) error {
	var b strings.Builder
	name := message.Plain(imp.Workbook)
	switch imp.State {
	case ledger.Done:
		if imp.Undoes != "" {
			fmt.Fprintf(&b, message.Word(lang, "%s: import %s undone, %s\n"), name, imp.Undoes, Rows(imp, lang))
		} else {
			fmt.Fprintf(&b, "%s: %s\n", name, Rows(imp, lang))
		}
		wide := 1 + message.Width(message.Word(lang, "import"))
		for _, kind := range crm.Kinds {
			wide = max(wide, 1+message.Width(Kinds(kind, lang)))
		}
		for _, kind := range crm.Kinds {
			if c := imp.Tally.Of(kind); c.Sum() > 0 {
				fmt.Fprintf(&b, "  %s%s\n", message.Pad(Kinds(kind, lang), wide), countsOf(imp, c, lang))
			}
		}
		identify(&b, imp, wide, lang)
		if imp.Rejected != "" {
			fmt.Fprintf(&b, message.Word(lang, "  rejected rows, to correct and import again: %s\n"), message.Plain(imp.Rejected))
		}
	case ledger.Duplicate:
		fmt.Fprintf(&b, message.Word(lang, "%s: nothing to do: %s\n"), name, why(imp, lang))
		identify(&b, imp, 0, lang)
	default:
		fmt.Fprintf(&b, message.Word(lang, "%s: %s: nothing was written\n%s\n"), name, State(imp.State, lang), why(imp, lang))
		identify(&b, imp, 0, lang)
	}
	b.WriteString(whatNow(imp, lang))
	writeNotes(&b, Notes(imp, lang, Brief), imp.ID, lang)
	_, err := io.WriteString(w, b.String())
	return err
}

// identify writes the ID that an import has in the store.
func identify(b *strings.Builder, imp *ledger.Import, wide int, lang string) {
	if imp.No > 0 {
		word := message.Word(lang, "import")
		fmt.Fprintf(b, "  %s%s\n", message.Pad(word, max(wide, 1+message.Width(word))), imp.ID)
	}
}

// State returns the word for a state.
func State(s ledger.State, lang string) string {
	switch s {
	case ledger.Running:
		return message.Word(lang, "running")
	case ledger.Done:
		return message.Word(lang, "done")
	case ledger.Refused:
		return message.Word(lang, "refused")
	case ledger.Held:
		return message.Word(lang, "held")
	case ledger.Duplicate:
		return message.Word(lang, "duplicate")
	case ledger.Planned:
		return message.Word(lang, "planned")
	case ledger.Stuck:
		return message.Word(lang, "stuck")
	case ledger.Cancelled:
		return message.Word(lang, "cancelled")
	}
	return string(s)
}

// Stands returns the word for the state of an import, which may also be undone.
func Stands(imp *ledger.Import, lang string) string {
	if imp.UndoneBy != "" {
		return message.Word(lang, "undone")
	}
	return State(imp.State, lang)
}

// Because returns why an import was refused, held or stopped, in a language; as it was stored where an older version did that.
func Because(imp *ledger.Import, lang string) string {
	if imp.Reason != nil {
		return message.PlainLines(Refused(imp.Reason, lang))
	}
	return message.PlainLines(imp.Why)
}

// why returns why an import was not done, in a language.
func why(imp *ledger.Import, lang string) string {
	if id := imp.Original(); id != "" && imp.Forgotten {
		return fmt.Sprintf(message.Word(lang, "the same workbook with the same mapping was imported as %s, whose details were removed (retention.imports)"), message.Plain(id))
	} else if id != "" {
		return fmt.Sprintf(message.Word(lang, "the same workbook with the same mapping was imported as %s"), message.Plain(id))
	}
	return Because(imp, lang)
}

// Show writes everything about an import except its rows.
func Show(w io.Writer, imp *ledger.Import, letters []ledger.Notification, lang string) error {
	var b strings.Builder
	fmt.Fprintf(&b, message.Word(lang, "Import %s: %s\n\n"), imp.ID, Stands(imp, lang))
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s %s\n", message.Pad(name, 10), value)
		}
	}
	line(message.Word(lang, "Workbook"), message.Plain(imp.Workbook))
	line(message.Word(lang, "Undoes"), imp.Undoes)
	line(message.Word(lang, "Undone by"), imp.UndoneBy)
	line(message.Word(lang, "Inbox"), imp.Inbox)
	line(message.Word(lang, "Mapping"), MappingOf(imp, lang))
	line(message.Word(lang, "Began"), imp.Began.Local().Format(time.DateTime))
	if !imp.Ended.IsZero() {
		line(message.Word(lang, "Duration"), imp.Ended.Sub(imp.Began).Round(time.Millisecond).String())
	}
	line(message.Word(lang, "Why"), why(imp, lang))
	line(message.Word(lang, "File"), message.Plain(imp.Archived))
	line(message.Word(lang, "Rows"), rowsOf(imp, "%d", lang))
	for _, kind := range crm.Kinds {
		if c := imp.Tally.Of(kind); c.Sum() > 0 {
			line(Kinds(kind, lang), countsOf(imp, c, lang))
		}
	}
	if imp.IsPruned() {
		line(message.Word(lang, "Journal"), fmt.Sprintf(message.Word(lang, "removed %d days after the import ended (retention.journal): it can no longer be undone, and its rows can no longer be listed"), imp.Pruned.Days))
	}
	for i := range imp.Corrections {
		line(message.Word(lang, "Corrected"), correction(&imp.Corrections[i], lang))
	}
	for i := range letters {
		line(message.Word(lang, "Notified"), fate(&letters[i], lang))
	}
	if now := whatNow(imp, lang); now != "" {
		b.WriteString("\n" + now)
	}
	if notes := Notes(imp, lang, Full); len(notes) > 0 {
		b.WriteByte('\n')
		writeNotes(&b, notes, "", lang)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// counted is a count with its word.
type counted struct {
	n    int
	word string
}

// Counts returns a kind's counts in words, without those that are 0.
func Counts(c ledger.Count, lang string) string {
	return counts(c, message.Word(lang, "rejected"), lang)
}

// countsOf is Counts for an import. Records that an undo rejects are kept.
func countsOf(imp *ledger.Import, c *ledger.Count, lang string) string {
	if imp.Undoes != "" {
		return counts(*c, message.Word(lang, "kept"), lang)
	}
	return Counts(*c, lang)
}

func counts(c ledger.Count, rejected, lang string) string {
	var said []string
	for _, part := range []counted{{c.Created, message.Word(lang, "created")}, {c.Removed, message.Word(lang, "removed")}, {c.Updated, message.Word(lang, "updated")},
		{c.Unchanged, message.Word(lang, "unchanged")}, {c.Skipped, message.Word(lang, "skipped")}, {c.Rejected, rejected}, {c.Parked, message.Word(lang, "parked")}} {
		if part.n > 0 {
			said = append(said, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	if len(said) == 0 {
		return message.Word(lang, "none")
	}
	return strings.Join(said, ", ")
}

// Reason returns the text of the reason file beside a workbook in the failed or held folder. plan is the name of the file with the plan; "" where there
// is none.
func Reason(imp *ledger.Import, plan, lang string) string {
	format := message.Word(lang, "%s was not imported. Nothing was written.\n\n%s\n%s\nImport %s, %s\n")
	if imp.State == ledger.Held {
		format = message.Word(lang, "%s is held and not imported yet. Nothing was written.\n\n%s\n%s\nImport %s, %s\n")
	}
	var notes strings.Builder
	if step := nextStep(imp, plan, lang); step != "" {
		notes.WriteByte('\n')
		fold(&notes, step, "")
	}
	if now := whatNow(imp, lang); now != "" {
		notes.WriteString("\n" + now)
	}
	notes.WriteString("\n" + whomToAsk(imp, lang) + "\n")
	if all := Notes(imp, lang, Full); len(all) > 0 {
		notes.WriteByte('\n')
		writeNotes(&notes, all, "", lang)
	}
	return fmt.Sprintf(format, message.Plain(imp.Workbook), why(imp, lang), notes.String(), imp.ID, imp.Ended.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// NoRejected returns the text in place of a rejected workbook that cannot be written.
func NoRejected(imp *ledger.Import, err error, lang string) string {
	return fmt.Sprintf(message.Word(lang, "%s was imported, but its rejected rows could not be written to a workbook: %s\n\ninlet show %s lists the rows and their problems.\n"),
		message.Plain(imp.Workbook), message.Plain(err.Error()), imp.ID)
}

// Took starts measuring a step, also in a trace; the func that it returns stops. What is done in the step has its context.
func (r *Report) Took(ctx context.Context, step ledger.Step) (context.Context, func()) {
	began := time.Now()
	ctx, end := span.Start(ctx, string(step))
	return ctx, func() {
		r.Steps[step] += time.Since(began)
		end(nil)
	}
}

// fate returns the state of a notification in words.
func fate(l *ledger.Notification, lang string) string {
	switch l.State {
	case ledger.Sent:
		return fmt.Sprintf(message.Word(lang, "%s, %s"), message.Plain(l.To), l.Ended.Local().Format(time.DateTime))
	case ledger.Failed:
		return fmt.Sprintf(message.Word(lang, "%s: failed after %d attempts: %s"), message.Plain(l.To), l.Tries, message.Plain(l.Error))
	}
	if l.Tries == 0 {
		return fmt.Sprintf(message.Word(lang, "%s: waiting for the daemon to send it"), message.Plain(l.To))
	}
	return fmt.Sprintf(message.Word(lang, "%s: failed %d times, will be sent again soon: %s"), message.Plain(l.To), l.Tries, message.Plain(l.Error))
}
