package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/notify/sanitize"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Notice is what a notification contains about an import that has ended.
type Notice struct {
	Import   ledger.Import
	Language string           // sv or en
	Problems []ledger.Problem // the first problems, at most maxProblems, in the order of their rows
	More     int              // how many further problems there are
	Rejected string           // path of the rejected workbook; "" if there is none
	Page     string           // URL of the import's page; "" if there is none
	Test     bool             // about no import: a person tries whether notifications arrive
}

// TestNotice returns a notice by which a person sees that notifications arrive.
func TestNotice(lang string) Notice {
	return Notice{Language: lang, Test: true, Import: ledger.Import{ID: "test", Workbook: "test", State: ledger.Done}}
}

// maxProblems is how many problems a notice lists. The page and the rejected workbook have all.
const maxProblems = 10

// Add takes in the problems of a change, if its row was not imported because of them.
func (n *Notice) Add(c *ledger.Change) {
	if c.Action != ledger.Reject && c.Action != ledger.Park {
		return
	}
	for _, problem := range c.Problems {
		switch {
		case problem.Warning:
		case len(n.Problems) < maxProblems:
			n.Problems = append(n.Problems, problem)
		default:
			n.More++
		}
	}
}

// rendered is the text of a notice, each part safe to show as it is. The templates of the mail use its fields.
type rendered struct {
	*words
	Language string
	Subject  string
	Lead     []string
	Reason   []string // of a refused or held import
	Kinds    []string // the columns of the counts
	Rows     []countRow
	Total    string // how many rows the workbook has, and why some are not counted
	Problems []rowProblem
	And      string
	Unread   []note
	Steps    []step
	Page     string
	Foot     string
}

// countRow is a row of the table of counts.
type countRow struct {
	Word string
	Of   []int // a number per kind
}

// rowProblem is a problem of a row.
type rowProblem struct{ Where, What string }

// note is what else is in the workbook; see report.Note.
type note struct {
	Text  string
	Items []string
	And   string
	Do    string
}

// step is something that the reader can do, with the command for it if there is one.
type step struct{ Text, Command string }

// render returns the text of a notice. book says where the rejected workbook is.
func render(n *Notice, book attachmentState) *rendered {
	imp := &n.Import
	w := wordsFor(n.Language)
	t := &rendered{words: w, Language: "en", Page: page(n.Page), Foot: foot(imp, w)}
	if w == &swedish {
		t.Language = svenska
	}
	if n.Test {
		t.Subject, t.Lead, t.Foot = w.SubjectTest, []string{w.Test}, "inlet"
		return t
	}
	t.Subject = subject(imp, w, t.Language)
	t.addLead(imp)
	if imp.State == ledger.Done {
		t.addCounts(&imp.Tally)
		t.Total = message.Plain(report.Rows(imp, t.Language))
	}
	t.addProblems(n)
	t.addNotes(imp, report.Long)
	t.addSteps(n, book)
	return t
}

// subject is a summary of the notice in one line.
func subject(imp *ledger.Import, w *words, lang string) string {
	name := sanitize.ShortName(imp.Workbook)
	reason := ""
	if all := sanitize.PlainLines(imp.Why); len(all) > 0 {
		reason = sanitize.Truncate(all[0], 100)
	}
	switch imp.State {
	case ledger.Done:
		return fmt.Sprintf(w.SubjectDone, name, counts(&imp.Tally, w, lang))
	case ledger.Refused:
		return fmt.Sprintf(w.SubjectRefused, name, reason)
	case ledger.Held:
		return fmt.Sprintf(w.SubjectHeld, name, reason)
	case ledger.Duplicate:
		return fmt.Sprintf(w.SubjectDuplicate, name)
	}
	return fmt.Sprintf(w.SubjectOther, name, report.State(imp.State, lang))
}

// counts is a summary of the counts. The kinds are named only if the workbook has both.
func counts(t *ledger.Tally, w *words, lang string) string {
	kinds := kindsPresent(t)
	switch len(kinds) {
	case 0:
		return w.NoRows
	case 1:
		return report.Counts(*t.Of(kinds[0]), lang)
	}
	var all []string
	for _, kind := range kinds {
		all = append(all, report.Kinds(kind, lang)+" "+report.Counts(*t.Of(kind), lang))
	}
	return strings.Join(all, "; ")
}

// kindsPresent returns the kinds of which the workbook has records.
func kindsPresent(t *ledger.Tally) []crm.Kind {
	return slices.DeleteFunc(slices.Clone(crm.Kinds[:]), func(kind crm.Kind) bool { return t.Of(kind).Sum() == 0 })
}

func (t *rendered) addLead(imp *ledger.Import) {
	name := sanitize.ShortName(imp.Workbook)
	switch imp.State {
	case ledger.Done:
		t.Lead = []string{fmt.Sprintf(t.Done, name)}
	case ledger.Refused:
		t.Lead, t.Reason = []string{fmt.Sprintf(t.Refused, name)}, sanitize.PlainLines(imp.Why)
	case ledger.Held:
		t.Lead, t.Reason = []string{fmt.Sprintf(t.Held, name)}, sanitize.PlainLines(imp.Why)
	case ledger.Duplicate:
		t.Lead = []string{fmt.Sprintf(t.Duplicate, name, message.Plain(imp.Original()))}
		if imp.Forgotten {
			t.Lead = append(t.Lead, t.Forgotten)
		}
	default:
		t.Lead, t.Reason = []string{t.Subject}, sanitize.PlainLines(imp.Why)
	}
	if imp.Parent != "" {
		t.Lead = append(t.Lead, fmt.Sprintf(t.Correction, message.Plain(imp.Parent)))
	}
}

// addCounts makes the table of counts, without empty rows and columns.
func (t *rendered) addCounts(tally *ledger.Tally) {
	kinds := kindsPresent(tally)
	for _, kind := range kinds {
		t.Kinds = append(t.Kinds, report.Heading(kind, t.Language))
	}
	for _, o := range []struct {
		word string
		of   func(*ledger.Count) int
	}{
		{t.Created, func(c *ledger.Count) int { return c.Created }},
		{t.Updated, func(c *ledger.Count) int { return c.Updated }},
		{t.Unchanged, func(c *ledger.Count) int { return c.Unchanged }},
		{t.Skipped, func(c *ledger.Count) int { return c.Skipped }},
		{t.Rejected, func(c *ledger.Count) int { return c.Rejected }},
		{t.Parked, func(c *ledger.Count) int { return c.Parked }},
	} {
		row := countRow{Word: o.word}
		for _, kind := range kinds {
			row.Of = append(row.Of, o.of(tally.Of(kind)))
		}
		if slices.ContainsFunc(row.Of, func(n int) bool { return n > 0 }) {
			t.Rows = append(t.Rows, row)
		}
	}
}

func (t *rendered) addProblems(n *Notice) {
	problems := n.Problems[:min(maxProblems, len(n.Problems))]
	more := n.More + len(n.Problems) - len(problems)
	for i := range problems {
		p := &problems[i]
		what := message.Plain(message.In(t.Language, p.Text))
		if p.Value != "" {
			what = fmt.Sprintf(t.Quoted, sanitize.Truncate(message.Plain(p.Value), 80)) + what
		}
		if p.Warning {
			what = t.Warning + what
		}
		t.Problems = append(t.Problems, rowProblem{sanitize.Truncate(message.Plain(report.Where(p.Ref, t.Language)), 80), sanitize.Truncate(what, 500)})
	}
	if n.Import.IsPruned() && n.Import.Tally.AllProblems() > 0 {
		t.And = fmt.Sprintf(t.Pruned, n.Import.Pruned.Days)
	} else if more > 0 {
		t.And = fmt.Sprintf(t.words.And, more)
	}
}

// addNotes lists what else is in the workbook.
func (t *rendered) addNotes(imp *ledger.Import, most report.Length) {
	t.Unread = nil
	for _, r := range report.Notes(imp, t.Language, most) {
		u := note{Text: sanitize.Truncate(message.Plain(r.Text), 500), Do: message.Plain(r.Do)}
		for _, item := range r.Items {
			u.Items = append(u.Items, sanitize.Truncate(message.Plain(item), 200))
		}
		if r.More > 0 {
			u.And = fmt.Sprintf(t.words.And, r.More)
		}
		t.Unread = append(t.Unread, u)
	}
}

// addSteps lists what the reader can do.
func (t *rendered) addSteps(n *Notice, book attachmentState) {
	imp := &n.Import
	switch {
	case imp.State == ledger.Done && (book != noAttachment || imp.Tally.NotApplied() > 0):
		t.addCorrectionSteps(n, book)
	case imp.State == ledger.Held && imp.Code == ledger.NoMapping && imp.Approvable():
		t.Steps = []step{{t.Suggested, "inlet approve " + message.Plain(imp.ID)}, {Text: t.OwnMapping}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.State == ledger.Held && imp.Code == ledger.NoMapping:
		t.Steps = []step{{Text: t.Complete}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.Approvable():
		t.Steps = []step{{Text: t.Look}, {t.Approve, "inlet approve " + message.Plain(imp.ID)}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.State == ledger.Held:
		t.Steps = []step{{Text: t.InFile}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.State == ledger.Refused && imp.Code != ledger.Discarded && imp.Code != ledger.CameAgain && imp.Code != "undone":
		t.Steps = []step{{Text: t.Mend}}
	}
	if imp.Ask != "" && (imp.State == ledger.Held || imp.State == ledger.Refused) {
		t.Steps = append(t.Steps, step{Text: fmt.Sprintf(t.Ask, sanitize.Truncate(message.Plain(imp.Ask), 200))})
	}
}

// addCorrectionSteps explains where the rejected rows are, and how to correct them.
func (t *rendered) addCorrectionSteps(n *Notice, book attachmentState) {
	format := map[attachmentState]string{noAttachment: t.Again, attached: t.Attached, tooLarge: t.Large, unreadable: t.Gone, onDisk: t.OnDisk}[book]
	if strings.Contains(format, "%s") {
		format = fmt.Sprintf(format, sanitize.Truncate(message.Plain(n.Rejected), 500))
	}
	t.Steps = []step{{Text: format}}
	if n.Import.Tally.Counts.All().Parked > 0 {
		t.Steps = append(t.Steps, step{Text: t.IDs})
	}
}

func foot(imp *ledger.Import, w *words) string {
	all := []string{fmt.Sprintf(w.Import, message.Plain(imp.ID))}
	if imp.Inbox != "" {
		all = append(all, fmt.Sprintf(w.Inbox, message.Plain(imp.Inbox)))
	}
	if !imp.Ended.IsZero() {
		all = append(all, fmt.Sprintf(w.Ended, imp.Ended.UTC().Format("2006-01-02 15:04 UTC")))
	}
	return strings.Join(all, ", ")
}

// page returns a URL of a web page as it is safe to link to; "" for any other URL.
func page(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
