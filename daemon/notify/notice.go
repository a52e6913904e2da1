package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Notice is what is told of one import that has ended.
type Notice struct {
	Import   ledger.Import
	Language string           // sv or en
	Problems []ledger.Problem // the first reasons, at most First of them, in the order of their rows
	More     int              // how many there are besides
	Rejected string           // path of the rejected workbook; "" if there is none
	Page     string           // URL of the import's page; "" if there is none
}

// First is how many reasons are told; who wants the rest opens the page or the rejected workbook.
const First = 10

// add takes in the problems of a change, if its row was not imported because of them.
func (n *Notice) add(c *ledger.Change) {
	if c.Action != ledger.Reject && c.Action != ledger.Park {
		return
	}
	for _, problem := range c.Problems {
		switch {
		case problem.Warning:
		case len(n.Problems) < First:
			n.Problems = append(n.Problems, problem)
		default:
			n.More++
		}
	}
}

// told is a notice in words, each safe to show as it stands.
type told struct {
	*words
	Language string
	Subject  string
	Lead     []string
	Reason   []string // why, of what was refused or held
	Kinds    []string // the columns of the counts
	Rows     []outcome
	Total    string // how many rows the workbook has, and why some count nowhere
	Problems []remark
	And      string
	Unread   []unread
	Steps    []step
	Page     string
	Foot     string
}

// outcome is a line of the counts.
type outcome struct {
	Word string
	Of   []int // a number per kind
}

// remark is what is wrong with a row.
type remark struct{ Where, What string }

// unread is what else stands in the workbook, as report.Note has it.
type unread struct {
	Text  string
	Items []string
	And   string
	Do    string
}

// step is something to do, and the command for it if it has one.
type step struct{ Text, Command string }

// tell puts a notice into words. Of the rejected workbook it says what became of it.
func tell(n *Notice, book fate) *told {
	imp := &n.Import
	w := say(n.Language)
	t := &told{words: w, Language: "en", Page: page(n.Page), Foot: foot(imp, w)}
	if w == &swedish {
		t.Language = svenska
	}
	t.Subject = subject(imp, w, t.Language)
	t.lead(imp)
	if imp.State == ledger.Done {
		t.count(&imp.Tally)
		t.Total = message.Plain(report.Rows(imp, t.Language))
	}
	t.remarks(n)
	t.rest(imp, report.Long)
	t.next(n, book)
	return t
}

// subject is the notice in one line.
func subject(imp *ledger.Import, w *words, lang string) string {
	name := title(imp.Workbook)
	reason := ""
	if all := lines(imp.Why); len(all) > 0 {
		reason = cut(all[0], 100)
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

// counts is how many of what in a few words; the kind is said only if there are two.
func counts(t *ledger.Tally, w *words, lang string) string {
	kinds := present(t)
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

// present are the kinds that the workbook has.
func present(t *ledger.Tally) []crm.Kind {
	return slices.DeleteFunc(slices.Clone(crm.Kinds[:]), func(kind crm.Kind) bool { return t.Of(kind).Sum() == 0 })
}

func (t *told) lead(imp *ledger.Import) {
	name := title(imp.Workbook)
	switch imp.State {
	case ledger.Done:
		t.Lead = []string{fmt.Sprintf(t.Done, name)}
	case ledger.Refused:
		t.Lead, t.Reason = []string{fmt.Sprintf(t.Refused, name)}, lines(imp.Why)
	case ledger.Held:
		t.Lead, t.Reason = []string{fmt.Sprintf(t.Held, name)}, lines(imp.Why)
	case ledger.Duplicate:
		t.Lead = []string{fmt.Sprintf(t.Duplicate, name, message.Plain(imp.Original()))}
	default:
		t.Lead, t.Reason = []string{t.Subject}, lines(imp.Why)
	}
	if imp.Parent != "" {
		t.Lead = append(t.Lead, fmt.Sprintf(t.Correction, message.Plain(imp.Parent)))
	}
}

// count makes the table of counts, without the kinds and the outcomes that there are none of.
func (t *told) count(tally *ledger.Tally) {
	kinds := present(tally)
	for _, kind := range kinds {
		word := t.Accounts
		if kind == crm.Contact {
			word = t.Contacts
		}
		t.Kinds = append(t.Kinds, word)
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
		row := outcome{Word: o.word}
		for _, kind := range kinds {
			row.Of = append(row.Of, o.of(tally.Of(kind)))
		}
		if slices.ContainsFunc(row.Of, func(n int) bool { return n > 0 }) {
			t.Rows = append(t.Rows, row)
		}
	}
}

func (t *told) remarks(n *Notice) {
	problems := n.Problems[:min(First, len(n.Problems))]
	more := n.More + len(n.Problems) - len(problems)
	for i := range problems {
		p := &problems[i]
		what := message.Plain(message.In(t.Language, p.Text))
		if p.Value != "" {
			what = fmt.Sprintf(t.Quoted, cut(message.Plain(p.Value), 80)) + what
		}
		if p.Warning {
			what = t.Warning + what
		}
		t.Problems = append(t.Problems, remark{cut(message.Plain(report.Where(p.Ref, t.Language)), 80), cut(what, 500)})
	}
	if more > 0 {
		t.And = fmt.Sprintf(t.words.And, more)
	}
}

// rest says what else stands in the workbook.
func (t *told) rest(imp *ledger.Import, most report.Length) {
	t.Unread = nil
	for _, note := range report.Notes(imp, t.Language, most) {
		u := unread{Text: cut(message.Plain(note.Text), 500), Do: message.Plain(note.Do)}
		for _, item := range note.Items {
			u.Items = append(u.Items, cut(message.Plain(item), 200))
		}
		if note.More > 0 {
			u.And = fmt.Sprintf(t.words.And, note.More)
		}
		t.Unread = append(t.Unread, u)
	}
}

// next says what the reader can do.
func (t *told) next(n *Notice, book fate) {
	imp := &n.Import
	switch {
	case imp.State == ledger.Done && (book != none || imp.Tally.NotApplied() > 0):
		t.correct(n, book)
	case imp.Approvable():
		t.Steps = []step{{Text: t.Look}, {t.Approve, "inlet approve " + message.Plain(imp.ID)}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.State == ledger.Held && imp.Code == "no_mapping":
		t.Steps = []step{{t.Suggested, "inlet approve " + message.Plain(imp.ID)}, {Text: t.OwnMapping}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.State == ledger.Held:
		t.Steps = []step{{Text: t.InFile}, {t.Discard, "inlet discard " + message.Plain(imp.ID)}}
	case imp.State == ledger.Refused && imp.Code != ledger.Discarded && imp.Code != ledger.CameAgain && imp.Code != "undone":
		t.Steps = []step{{Text: t.Mend}}
	}
	if imp.Ask != "" && (imp.State == ledger.Held || imp.State == ledger.Refused) {
		t.Steps = append(t.Steps, step{Text: fmt.Sprintf(t.Ask, cut(message.Plain(imp.Ask), 200))})
	}
}

// correct says where the rows are that were left out, and what to do about them.
func (t *told) correct(n *Notice, book fate) {
	format := map[fate]string{none: t.Again, attached: t.Attached, large: t.Large, gone: t.Gone, lies: t.Lies}[book]
	if strings.Contains(format, "%s") {
		format = fmt.Sprintf(format, cut(message.Plain(n.Rejected), 500))
	}
	t.Steps = []step{{Text: format}}
	if n.Import.Tally.Account.Parked+n.Import.Tally.Contact.Parked > 0 {
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

// page returns a URL that can be linked to; anything else than a page of the web is left out.
func page(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
