package excerpt

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/provenance"
	"inlet.example/inlet/pipeline/report"
)

// Journal has the changes of imports, and the records that they are of.
type Journal interface {
	// Changes passes over the batches of which skip says so: it is told how many problems and changed fields one has.
	Changes(ctx context.Context, id string, skip func(problems, fields int) bool) iter.Seq2[[]ledger.Change, error]
	Records(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
}

// Excerpt is what a page shows.
type Excerpt struct {
	Groups  []Group
	Changes []Change

	NextProblem, NextChange int // the first of those behind the page; 0 where there are none
}

// How many problems and changes a page shows. The journal is read no further than for them.
const (
	pageProblems = 50
	pageChanges  = 25
)

// Group is the problems that are solved in the same way.
type Group struct {
	Title, Text, Tone, Number string
	Rows                      []Problem
}

// Problem is a problem of a row: where it is, why the row was not imported, and what to do.
type Problem struct{ Where, Value, Why, Do string }

// Change is one value before and after.
type Change struct {
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
	problems            [4][]Problem
	nProblems, nChanges int
	changes             []Change
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

// Of reads from the journal what a page shows of an import, behind the problems and changes that earlier pages have shown.
func Of(ctx context.Context, j Journal, schema *crm.Schema, lang string, imp *ledger.Import, skipProblems, skipChanges int) (Excerpt, error) {
	c := &collected{lang: lang, schema: schema, imp: imp, skipP: skipProblems, skipC: skipChanges}
	c.look()
	for changes, err := range j.Changes(ctx, imp.ID, c.pass) {
		if err != nil {
			return Excerpt{}, err
		}
		for i := range changes {
			c.take(&changes[i])
		}
		if c.look(); c.full() {
			break
		}
	}
	if err := nameRecords(ctx, j, c.changes); err != nil {
		return Excerpt{}, err
	}
	e := Excerpt{Changes: c.changes}
	for i, way := range ways {
		if rows := c.problems[i]; len(rows) > 0 {
			e.Groups = append(e.Groups, Group{Title: words.Say(lang, way.title), Text: words.Say(lang, way.text), Tone: way.tone,
				Number: fmt.Sprintf(words.Say(lang, "%s here"), words.Number(lang, len(rows))), Rows: rows})
		}
	}
	if c.nProblems > c.skipP+pageProblems {
		e.NextProblem = c.skipP + pageProblems
	}
	if c.nChanges > c.skipC+pageChanges {
		e.NextChange = c.skipC + pageChanges
	}
	return e, nil
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
			c.changes = append(c.changes, ChangeOf(c.lang, c.schema, c.imp, ch, field))
		}
		c.nChanges++
	}
}

// problem splits a problem's sentence at its colon: why before it, what to do behind it.
func (c *collected) problem(p *ledger.Problem) Problem {
	why, do, _ := strings.Cut(message.Plain(message.In(c.lang, p.Text)), ": ")
	if len(p.Candidates) > 0 {
		do = strings.TrimSpace(do + " " + fmt.Sprintf(words.Say(c.lang, "Candidates: %s"), message.Plain(strings.Join(p.Candidates, ", "))))
	}
	return Problem{Where: report.Where(p.Ref, c.lang), Value: message.Plain(p.Value), Why: why, Do: do}
}

// ChangeOf returns what a change does to a field. imp is the import whose rows the change is of; nil for an undo, whose rows are those of another.
func ChangeOf(lang string, schema *crm.Schema, imp *ledger.Import, ch *ledger.Change, field string) Change {
	where := ch.Ref
	if imp != nil {
		where = provenance.Cell(imp, ch.Kind, field, where)
	}
	label := field
	if f := schema.Field(string(ch.Kind) + "." + field); f != nil {
		label = f.Label(lang)
	}
	return Change{Kind: ch.Kind, ID: ch.ID, Title: TitleOf(ch), Field: label, Before: message.Plain(ch.Before.Of(field).String()),
		After: message.Plain(ch.After.Of(field).String()), Where: report.Where(where, lang)}
}

// nameRecords gives changes the names of their records as they are now, where the records still exist.
func nameRecords(ctx context.Context, j Journal, changes []Change) error {
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
		records, err := j.Records(ctx, kind, ids)
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

// TitleOf names the record of a change as well as the change knows it.
func TitleOf(ch *ledger.Change) string {
	for _, name := range []string{ch.Title, ch.After.Of("name").String(), ch.Before.Of("name").String(), ch.ID} {
		if name != "" {
			return message.Plain(name)
		}
	}
	return string(ch.Kind)
}
