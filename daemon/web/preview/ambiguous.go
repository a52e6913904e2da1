package preview

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// ambiguousRow is a row that matches several records, with those that say the same of the same records.
type ambiguousRow struct {
	N                        int
	Where, Title             string
	PartKind, Part           string // the part that has a parent, if its title differs
	More, Why                string
	Keys                     []string
	Kind                     crm.Kind
	IDs                      []string
	Candidates               []candidateView
	Chosen                   string
	NewTitle, NewText, Waits string
}

type candidateView struct{ ID, Title, Text, Children, More string }

// decided returns the rows that something was chosen for and that are therefore in another list now, in the order of the file.
func (v *rowsView) decided() []planfile.Row {
	var all []planfile.Row
	for key, row := range v.known {
		if choice := v.chosen[key]; choice != "" && choice != ledger.ChoiceWait && row.Ambiguous() != nil {
			all = append(all, row)
		}
	}
	slices.SortFunc(all, func(a, b planfile.Row) int { return a.Row - b.Row })
	return all
}

// ambiguous draws the rows that match several records.
func (v *rowsView) ambiguous(from int) error {
	page, err := planfile.Rows(v.plan.Folder, planfile.Unclear, from, pageAmbiguous, planfile.Filter{})
	if err != nil {
		return err
	}
	rows := page.Rows
	if from == 0 {
		rows = slices.Concat(v.decided(), rows)
		slices.SortStableFunc(rows, func(a, b planfile.Row) int { return a.Row - b.Row })
	}
	v.page.CanChoose = v.upload.Corrects == ""
	byWhat := map[string]int{}
	for i := range rows {
		r := &rows[i]
		problem := r.Ambiguous()
		choice := v.chosen[r.Key()]
		if choice == "" {
			choice = ledger.ChoiceWait
		}
		same := strings.Join(append([]string{kindOf(r).Path(""), r.Title(), choice}, problem.Candidates...), "\x00")
		if at, ok := byWhat[same]; ok {
			g := &v.page.Ambiguous[at]
			g.Keys = append(g.Keys, r.Key())
			continue
		}
		byWhat[same] = len(v.page.Ambiguous)
		v.page.Ambiguous = append(v.page.Ambiguous, ambiguousRow{N: len(v.page.Ambiguous), Where: v.where(r), Title: message.Plain(r.Title()), Keys: []string{r.Key()},
			Why: v.sayOf(kindOf(r), "%d {kinds}{of the parent} match.", len(problem.Candidates)), Kind: kindOf(r), IDs: problem.Candidates, Chosen: choice, Waits: words.Say(v.lang, "goes into the file of rejected rows"),
			NewTitle: v.sayOf(kindOf(r), "A new {kind}"), NewText: words.Say(v.lang, "becomes one more of the same name")})
		v.namePart(&v.page.Ambiguous[byWhat[same]], r)
	}
	for i := range v.page.Ambiguous {
		if more := v.page.Ambiguous[i].Keys[1:]; len(more) > 0 {
			v.page.Ambiguous[i].More = v.say("holds for %s too", rowsOf(v.lang, more))
		}
	}
	v.paging(planfile.Unclear, from, page, false)
	return v.candidates()
}

// namePart gives a row the title of its part with a parent beside that of the parent, if they differ.
func (v *rowsView) namePart(a *ambiguousRow, r *planfile.Row) {
	for _, p := range r.Parts {
		if p.Kind.Parent() != "" && p.Title != r.Title() {
			a.PartKind, a.Part = v.sayOf(p.Kind, "{kind}"), message.Plain(p.Title)
			return
		}
	}
}

// kindOf returns the kind of the records that a row matches several of. All parts of a row that is not applied have the rule of the part that is not
// clear.
func kindOf(r *planfile.Row) crm.Kind {
	for _, p := range r.Parts {
		if kind := crm.DecidedBy(p.Rule); kind != "" {
			return kind
		}
	}
	return crm.Top
}

// rowsOf names rows by their keys.
func rowsOf(lang string, keys []string) string {
	const most = 10
	var all []string
	for i, key := range keys {
		if i == most {
			all = append(all, "…")
			break
		}
		n, _ := strconv.Atoi(key[strings.LastIndexByte(key, '!')+1:])
		all = append(all, report.Where(ledger.Ref{Row: n}, lang))
	}
	return strings.Join(all, ", ")
}

// candidates fills in what is known of the records that the rows may mean.
func (v *rowsView) candidates() error {
	ids := map[crm.Kind][]string{}
	for i := range v.page.Ambiguous {
		a := &v.page.Ambiguous[i]
		ids[a.Kind] = append(ids[a.Kind], a.IDs...)
	}
	found := map[crm.Kind]map[string]Candidate{}
	for kind, all := range ids {
		slices.Sort(all)
		records, err := v.pages.planner.Candidates(v.request.Context(), v.upload, kind, slices.Compact(all))
		if err != nil {
			return err
		}
		found[kind] = records
	}
	for i := range v.page.Ambiguous {
		a := &v.page.Ambiguous[i]
		for _, id := range a.IDs {
			a.Candidates = append(a.Candidates, v.candidate(a.Kind, id, found[a.Kind][id]))
		}
	}
	return nil
}

// candidate draws a record that a row may mean. One that an earlier row of the file creates is not stored yet.
func (v *rowsView) candidate(kind crm.Kind, id string, c Candidate) candidateView {
	of := func(field string) string { return message.Plain(c.Record.Values.Of(field).String()) }
	out := candidateView{ID: id, Title: of("name")}
	var texts []string
	for _, field := range []string{"org_number", "zip", "city", "email", "phone"} {
		if text := of(field); text != "" {
			texts = append(texts, text)
		}
	}
	out.Text = strings.Join(append([]string{id}, texts...), " · ")
	if c.Record.ID == "" {
		out.Title = words.Say(v.lang, "a record that another row of this file creates")
	} else {
		out.Children = v.children(&c)
		out.More = v.text(kind.Path("account_manager"), c.Record.Values.Of("account_manager").String())
	}
	if out.Title == "" {
		out.Title = strings.TrimSpace(of("first_name") + " " + of("last_name"))
	}
	return out
}

// children says how many records belong to one.
func (v *rowsView) children(c *Candidate) string {
	var all []string
	for _, kind := range crm.Kinds {
		n, has := c.Children[kind]
		switch {
		case !has:
		case n == 0:
			all = append(all, v.sayOf(kind, "no {kinds}"))
		case n == 1:
			all = append(all, v.sayOf(kind, "1 {kind}"))
		default:
			all = append(all, v.sayOf(kind, "%s {kinds}", words.Number(v.lang, n)))
		}
	}
	return strings.Join(all, " · ")
}

// keepChoices keeps what a person has chosen for ambiguous rows.
func (p *Pages) keepChoices(w http.ResponseWriter, r *http.Request) error {
	u, err := p.uploads.One(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	if u.Corrects != "" {
		return frame.ErrNotFound
	}
	plan, err := p.planner.Plan(r.Context(), u, lang)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	if !plan.Ready || plan.Summary.Digest != r.PostForm.Get("digest") {
		return p.drawPlan(w, r, u, http.StatusConflict, changed(lang))
	}
	choices, rows, err := p.chosenIn(r, u, &plan)
	if err != nil {
		return p.uploads.AsPage(lang, err)
	}
	if _, err := p.planner.Choose(r.Context(), u, choices, rows); err != nil && !errors.Is(err, uploads.ErrMoved) {
		return p.uploads.AsPage(lang, err)
	}
	return upload.Redirect(w, r, link(u.ID, planfile.Unclear, 0, nil))
}

// chosenIn reads a form of choices. Only rows of the plan can be chosen for, and only among what they match.
func (p *Pages) chosenIn(r *http.Request, u uploads.Upload, plan *Plan) (map[string]string, []planfile.Row, error) {
	from, _ := strconv.Atoi(r.PostForm.Get("from"))
	page, err := planfile.Rows(plan.Folder, planfile.Unclear, max(from, 0), pageAmbiguous, planfile.Filter{})
	if err != nil {
		return nil, nil, err
	}
	_, known, err := p.planner.Chosen(r.Context(), u)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range page.Rows {
		known[row.Key()] = row
	}
	choices := map[string]string{}
	for n := range pageAmbiguous * 2 {
		name := strconv.Itoa(n)
		choice := r.PostForm.Get("c-" + name)
		for _, key := range r.PostForm["k-"+name] {
			row, ok := known[key]
			if problem := row.Ambiguous(); !ok || problem == nil || choice != ledger.ChoiceNew && choice != ledger.ChoiceWait && !slices.Contains(problem.Candidates, choice) {
				continue
			}
			choices[key] = choice
		}
	}
	return choices, page.Rows, nil
}
