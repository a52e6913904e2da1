package pages

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/provenance"
	"inlet.example/inlet/pipeline/report"
)

// How many problems and changes a page shows. The journal is read no further than for them.
const (
	pageProblems = 50
	pageChanges  = 25
)

// problemGroup is the problems that are solved in the same way.
type problemGroup struct {
	Title, Text, Tone, Number string
	Rows                      []problemRow
}

type problemRow struct{ Where, Value, Why, Do string }

// change is one value before and after.
type change struct {
	Kind                                   crm.Kind
	ID, Title, Field, Before, After, Where string
}

// ways are what can be done about problems, in the order in which they are shown.
var ways = []struct {
	title, text, tone string
	codes             []ledger.Code
}{
	{"Choose which customer you mean", "The row matches several records, so nothing was written", "amber", []ledger.Code{ledger.Ambiguous}},
	{"Fill in what is missing", "The row lacks something that has to be there", "red", []ledger.Code{ledger.BlankKey, ledger.ParentRequired}},
	{"Correct the value", "The value cannot be read as the field requires, or was refused", "red", nil},
	{"Came in, but look at them", "Imported, with a remark", "", nil},
}

// wayOf returns which of ways a problem belongs to.
func wayOf(p *ledger.Problem) int {
	if p.Warning {
		return 3
	}
	for i, way := range ways {
		for _, code := range way.codes {
			if code == p.Code {
				return i
			}
		}
	}
	return 2
}

// collected gathers the problems and changes of one page.
type collected struct {
	lang                string
	schema              *crm.Schema
	imp                 *ledger.Import
	skipP, skipC        int
	problems            [4][]problemRow
	nProblems, nChanges int
	changes             []change
	moreP, moreC        bool
}

func (c *collected) full() bool { return c.moreP && c.moreC }

// look notes what there is nothing more to wait for: what is behind the page, and what does not exist.
func (c *collected) look() {
	writes := 0
	for _, n := range c.imp.Tally.Counts {
		writes += n.Updated
	}
	c.moreP = c.nProblems > c.skipP+pageProblems || c.nProblems >= c.imp.Tally.AllProblems()
	c.moreC = c.nChanges > c.skipC+pageChanges || writes == 0
}

// pass reports whether a batch has nothing for the page, and counts it then.
func (c *collected) pass(problems, fields int) bool {
	if c.full() {
		return false // it ends here
	}
	if !c.moreP && problems > 0 && c.nProblems+problems > c.skipP || !c.moreC && fields > 0 && c.nChanges+fields > c.skipC {
		return false
	}
	c.nProblems, c.nChanges = c.nProblems+problems, c.nChanges+fields
	c.look()
	return true
}

// rows fills in the problems and the changes.
func (p *Pages) rows(r *http.Request, lang string, imp *ledger.Import, data *importPage) error {
	if imp.IsPruned() || imp.State == ledger.Refused || imp.State == ledger.Held || imp.State == ledger.Duplicate {
		return nil
	}
	c := &collected{lang: lang, schema: p.Reader.Schema(), imp: imp, skipP: from(r, "problems"), skipC: from(r, "changes")}
	c.look()
	for changes, err := range p.Reader.Changes(r.Context(), imp.ID, c.pass) {
		if err != nil {
			return err
		}
		for i := range changes {
			c.take(&changes[i])
		}
		if c.look(); c.full() {
			break
		}
	}
	data.Changes = c.changes
	if err := p.nameChanges(r.Context(), data.Changes); err != nil {
		return err
	}
	for i, way := range ways {
		if rows := c.problems[i]; len(rows) > 0 {
			data.Groups = append(data.Groups, problemGroup{Title: words.Say(lang, way.title), Text: words.Say(lang, way.text), Tone: way.tone,
				Number: fmt.Sprintf(words.Say(lang, "%s here"), words.Number(lang, len(rows))), Rows: rows})
		}
	}
	data.ProblemTitle = fmt.Sprintf(words.Say(lang, "%s problems"), words.Number(lang, imp.Tally.AllProblems()))
	if c.nProblems > c.skipP+pageProblems {
		data.MoreProblems = fmt.Sprintf("/imports/%s?problems=%d#problems", imp.ID, c.skipP+pageProblems)
	}
	if c.nChanges > c.skipC+pageChanges {
		data.MoreChanges = fmt.Sprintf("/imports/%s?changes=%d#ch", imp.ID, c.skipC+pageChanges)
	}
	return nil
}

// take adds what one change shows.
func (c *collected) take(ch *ledger.Change) {
	for i := range ch.Problems {
		problem := &ch.Problems[i]
		if problem.Row == 0 {
			problem.Ref = ch.Ref
		}
		if c.nProblems >= c.skipP && c.nProblems < c.skipP+pageProblems {
			way := wayOf(problem)
			c.problems[way] = append(c.problems[way], c.problem(problem))
		}
		c.nProblems++
	}
	for _, field := range listing.ChangedFields(ch) {
		if c.nChanges >= c.skipC && c.nChanges < c.skipC+pageChanges {
			c.changes = append(c.changes, changeOf(c.lang, c.schema, c.imp, ch, field))
		}
		c.nChanges++
	}
}

// problem splits a problem's sentence at its colon: why before it, what to do behind it.
func (c *collected) problem(p *ledger.Problem) problemRow {
	why, do, _ := strings.Cut(message.Plain(message.In(c.lang, p.Text)), ": ")
	if len(p.Candidates) > 0 {
		do = strings.TrimSpace(do + " " + fmt.Sprintf(words.Say(c.lang, "Candidates: %s"), message.Plain(strings.Join(p.Candidates, ", "))))
	}
	return problemRow{Where: report.Where(p.Ref, c.lang), Value: message.Plain(p.Value), Why: why, Do: do}
}

// changeOf returns what a change does to a field. imp is the import whose rows the change is of; nil for an undo, whose rows are those of another.
func changeOf(lang string, schema *crm.Schema, imp *ledger.Import, ch *ledger.Change, field string) change {
	where := ch.Ref
	if imp != nil {
		where = provenance.Cell(imp, ch.Kind, field, where)
	}
	label := field
	if f := schema.Field(string(ch.Kind) + "." + field); f != nil {
		label = f.Label(lang)
	}
	return change{Kind: ch.Kind, ID: ch.ID, Title: titleOf(ch), Field: label, Before: message.Plain(ch.Before.Of(field).String()),
		After: message.Plain(ch.After.Of(field).String()), Where: report.Where(where, lang)}
}

// nameChanges gives changes the names of their records as they are now, where the records still exist.
func (p *Pages) nameChanges(ctx context.Context, changes []change) error {
	for _, kind := range crm.Kinds {
		var ids []string
		for i := range changes {
			if changes[i].Kind == kind {
				ids = append(ids, changes[i].ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		records, err := p.Reader.Records(ctx, kind, ids)
		if err != nil {
			return err
		}
		for _, rec := range records {
			for i := range changes {
				if name := report.Name(&rec); changes[i].ID == rec.ID && name != "" {
					changes[i].Title = name
				}
			}
		}
	}
	return nil
}

// titleOf names the record of a change as well as the change knows it.
func titleOf(ch *ledger.Change) string {
	for _, name := range []string{ch.Title, ch.After.Of("name").String(), ch.Before.Of("name").String(), ch.ID} {
		if name != "" {
			return message.Plain(name)
		}
	}
	return string(ch.Kind)
}
