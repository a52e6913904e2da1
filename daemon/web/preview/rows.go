package preview

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// How many rows a page shows.
const (
	pageRows      = 25
	pageAmbiguous = 100
	pageProblems  = 100
)

// rowsView draws one list of a plan.
type rowsView struct {
	pages   *Pages
	request *http.Request
	lang    string
	upload  uploads.Upload
	plan    *Plan
	schema  *crm.Schema
	page    *planPage
	chosen  map[string]string       // for ambiguous rows
	known   map[string]planfile.Row // those rows as they were before
}

// rowView is one record of one row.
type rowView struct {
	Where, Title, URL, Kind, Sign, Tone string
	Values                              []valueView
	Problems                            []string
	MoreValues                          string
	kind                                crm.Kind
	id                                  string
}

type valueView struct{ Field, Before, After, Cell string }

// problemGroup is the problems that are solved in the same way.
type problemGroup struct {
	Title, Text, Tone, Number string
	Rows                      []problemRow
}

type problemRow struct{ Where, Title, Value, Why, Do string }

// sayOf says a sentence about a kind of record.
func (v *rowsView) sayOf(kind crm.Kind, about string, args ...any) string {
	return fmt.Sprintf(words.SayOf(v.lang, kind, about), args...)
}

func (v *rowsView) say(text string, args ...any) string {
	return fmt.Sprintf(words.Say(v.lang, text), args...)
}

// fill draws the list that the request asks for; otherwise the first one that needs a look.
func (v *rowsView) fill() error {
	query := v.request.URL.Query()
	show := planfile.List(query.Get("show"))
	counts := maps.Clone(v.plan.Summary.Counts)
	counts[planfile.Unclear] += len(v.decided())
	if !slices.Contains(planfile.Lists, show) {
		show = planfile.Updated
		for _, l := range []planfile.List{planfile.Updated, planfile.Created, planfile.Unclear, planfile.Rejected, planfile.Unchanged} {
			if counts[l] > 0 {
				show = l
				break
			}
		}
	}
	for _, l := range lists {
		if l.list == planfile.Notes && counts[l.list] == 0 {
			continue
		}
		v.page.Tabs = append(v.page.Tabs, tab{URL: link(v.upload.ID, l.list, 0, nil), Sign: l.sign, Tone: l.tone, Text: words.Say(v.lang, l.text), N: counts[l.list], Current: l.list == show})
		if l.list == show {
			v.page.ListTitle = words.Say(v.lang, l.long)
		}
	}
	from, _ := strconv.Atoi(query.Get("from"))
	from = max(from, 0)
	v.page.Show, v.page.From = show, from
	switch show {
	case planfile.Unclear:
		return v.ambiguous(from)
	case planfile.Rejected, planfile.Notes:
		return v.problems(show, from)
	}
	return v.rows(show, from)
}

// rows draws rows with what changes.
func (v *rowsView) rows(show planfile.List, from int) error {
	query := v.request.URL.Query()
	field, text := query.Get("field"), strings.ToLower(strings.TrimSpace(query.Get("q")))
	if show == planfile.Updated || show == planfile.Created {
		v.page.Filter = &filter{Text: query.Get("q"), Fields: v.fields(show, field)}
	}
	wanted := planfile.Filter{Field: field, Text: text}
	page, err := planfile.Rows(v.plan.Folder, show, from, pageRows, wanted)
	if err != nil {
		return err
	}
	for i := range page.Rows {
		v.row(show, &page.Rows[i])
	}
	v.paging(show, from, page, wanted != planfile.Filter{})
	return v.unlink()
}

// unlink takes the links from records that an earlier row of the file creates: they do not exist yet.
func (v *rowsView) unlink() error {
	for _, kind := range crm.Kinds {
		var ids []string
		for i := range v.page.Rows {
			if r := &v.page.Rows[i]; r.kind == kind && r.URL != "" {
				ids = append(ids, r.id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		slices.Sort(ids)
		found, err := v.pages.planner.Candidates(v.request.Context(), v.upload, kind, slices.Compact(ids))
		if err != nil {
			return err
		}
		for i := range v.page.Rows {
			if r := &v.page.Rows[i]; r.kind == kind && found[r.id].Record.ID == "" {
				r.URL = ""
			}
		}
	}
	return nil
}

// paging fills in where in a list the page is.
func (v *rowsView) paging(show planfile.List, from int, page planfile.Page, filtered bool) {
	total := v.plan.Summary.Counts[show]
	if n := len(page.Rows); n > 0 && !filtered && total > pageRows {
		v.page.Range = v.say("%s–%s of %s rows", words.Number(v.lang, from+1), words.Number(v.lang, from+n), words.Number(v.lang, total))
		if show == planfile.Updated {
			v.page.Range += v.say(", %s values", words.Number(v.lang, v.plan.Summary.Total()))
		}
	}
	query := v.request.URL.Query()
	if from > 0 {
		v.page.First = link(v.upload.ID, show, 0, query)
	}
	if page.Next >= 0 {
		v.page.Next = link(v.upload.ID, show, page.Next, query)
	}
}

// fields are those that change, with how often.
func (v *rowsView) fields(show planfile.List, chosen string) []option {
	if show != planfile.Updated {
		return nil
	}
	all := []option{{Value: "", Text: words.Say(v.lang, "All fields")}}
	counts := v.plan.Summary.Fields
	paths := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return counts[b] - counts[a] })
	for _, path := range paths {
		all = append(all, option{Value: path, Text: fmt.Sprintf("%s (%s)", v.label(path), words.Number(v.lang, counts[path])), Chosen: path == chosen})
	}
	return all
}

func (v *rowsView) label(path string) string {
	if f := v.schema.Field(path); f != nil {
		return message.Plain(f.Label(v.lang))
	}
	return path
}

// part draws what a row does to one record.
func (v *rowsView) part(r *planfile.Row, i int) rowView {
	const mostValues = 12
	p := &r.Parts[i]
	out := rowView{Where: v.where(r), Title: message.Plain(p.Title), Kind: report.Kind(p.Kind, v.lang), kind: p.Kind, id: p.ID}
	if out.Title == "" {
		out.Title = words.Say(v.lang, "without a name")
	}
	if p.ID != "" && p.Action != ledger.Reject && p.Action != ledger.Park {
		out.URL = "/records/" + string(p.Kind) + "/" + p.ID
	}
	switch p.Action {
	case ledger.Create:
		out.Sign, out.Tone = "+", "green"
	case ledger.Update:
		out.Sign, out.Tone = "~", "blue"
	case ledger.Skip:
		out.Sign = "–"
	default:
		out.Sign = "="
	}
	for j, value := range p.Values {
		if j == mostValues {
			out.MoreValues = v.say("and %d more", len(p.Values)-mostValues)
			break
		}
		path := p.Kind.Path(value.Field)
		out.Values = append(out.Values, valueView{v.label(path), v.text(path, value.Before), v.text(path, value.After), value.Cell})
	}
	return out
}

// row draws a row. Among the rows that are updated, the parts that stay as they are say nothing.
func (v *rowsView) row(show planfile.List, r *planfile.Row) {
	first := len(v.page.Rows)
	for j := range r.Parts {
		if show != planfile.Updated || r.Parts[j].Action == ledger.Update {
			v.page.Rows = append(v.page.Rows, v.part(r, j))
		}
	}
	for j := range r.Problems {
		at := &v.page.Rows[first]
		at.Problems = append(at.Problems, upload.UpperFirst(message.Plain(message.In(v.lang, r.Problems[j].Text))))
	}
}

// text returns a stored value as people call it: a user by the name, a choice by its label.
func (v *rowsView) text(path, value string) string {
	f := v.schema.Field(path)
	switch {
	case f == nil || value == "":
	case f.Type == crm.User:
		for _, user := range v.schema.Users() {
			if user.Name != "" && (user.ID == value || user.Email == value || user.Login == value) {
				return message.Plain(user.Name)
			}
		}
	case f.Type == crm.Choice:
		if choice, ok := f.Choice(value); ok {
			return message.Plain(choice.Label(v.lang))
		}
	}
	return message.Plain(value)
}

func (v *rowsView) where(r *planfile.Row) string {
	ref := ledger.Ref{Row: r.Row}
	if len(v.plan.Summary.Import.Reading.UnreadSheets) == 0 && r.Sheet != "" { // nearly always there is one
		return report.Where(ref, v.lang)
	}
	ref.Sheet = r.Sheet
	return report.Where(ref, v.lang)
}

// ways are what can be done about problems, in the order in which they are shown.
var ways = []struct {
	title, text, tone string
	codes             []ledger.Code
}{
	{"Fill in what is missing", "The row lacks something that has to be there", "red", []ledger.Code{ledger.BlankKey, ledger.ParentRequired, ledger.Required, ledger.IDRequired}},
	{"Correct the value", "The value cannot be read as the field requires, or was refused", "red", nil},
	{"Come in, but look at them", "Imported, with a remark", "", nil},
}

func wayOf(p *ledger.Problem) int {
	switch {
	case p.Warning:
		return 2
	case slices.Contains(ways[0].codes, p.Code):
		return 0
	}
	return 1
}

// problems draws the rows that do not come in, grouped by what is to be done.
func (v *rowsView) problems(show planfile.List, from int) error {
	page, err := planfile.Rows(v.plan.Folder, show, from, pageProblems, planfile.Filter{})
	if err != nil {
		return err
	}
	var rows [3][]problemRow
	for i := range page.Rows {
		r := &page.Rows[i]
		for j := range r.Problems {
			problem := &r.Problems[j]
			way := wayOf(problem)
			if show == planfile.Rejected && problem.Warning {
				continue // what rejects the row is said
			}
			rows[way] = append(rows[way], v.problem(r, problem))
		}
	}
	for i, way := range ways {
		if len(rows[i]) > 0 {
			v.page.Groups = append(v.page.Groups, problemGroup{Title: words.Say(v.lang, way.title), Text: words.Say(v.lang, way.text), Tone: way.tone,
				Number: v.say("%s here", words.Number(v.lang, len(rows[i]))), Rows: rows[i]})
		}
	}
	v.paging(show, from, page, false)
	return nil
}

// problem splits a problem's sentence at its colon: why before it, what to do behind it.
func (v *rowsView) problem(r *planfile.Row, p *ledger.Problem) problemRow {
	ref := p.Ref
	if ref.Row == 0 {
		ref.Row = r.Row
	}
	ref.Sheet = ""
	why, do, _ := strings.Cut(message.Plain(message.In(v.lang, p.Text)), ": ")
	return problemRow{Where: report.Where(ref, v.lang), Title: message.Plain(r.Title()), Value: message.Plain(p.Value), Why: upload.UpperFirst(why), Do: upload.UpperFirst(do)}
}
