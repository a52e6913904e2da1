package pipeline_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// inStore is every record with all that an undo gives back: its ID, its place in the order of creation, its account, its feed key and its
// values.
func (p *play) inStore() string {
	p.Helper()
	var b strings.Builder
	for _, kind := range crm.Kinds {
		err := p.store.Records.Each(p.Context(), kind, func(rec crm.Record) error {
			slices.SortFunc(rec.Values, func(a, b crm.Pair) int { return strings.Compare(a.Field, b.Field) })
			fmt.Fprintln(&b, kind, rec.ID, rec.Seq, rec.ParentID, rec.Feed, rec.Values)
			return nil
		})
		if err != nil {
			p.Fatal(err)
		}
	}
	return b.String()
}

// done returns the imports that wrote and are not undone, the newest first.
func (p *play) done() []ledger.Import {
	p.Helper()
	imports, err := p.store.Imports.List(p.Context(), 0, 100)
	if err != nil {
		p.Fatal(err)
	}
	return slices.DeleteFunc(imports, func(imp ledger.Import) bool { return imp.State != ledger.Done || imp.UndoneBy != "" })
}

// undoes takes one import back, as its plan says, and checks that no row was lost or counted twice.
func (p *play) undoes(of ledger.Import) ledger.Import {
	p.Helper()
	before := p.inStore()
	var planned []ledger.Change
	plan, err := p.pipeline.PlanUndo(p.Context(), pipeline.Job{}, of.ID, func(some []ledger.Change) error {
		planned = append(planned, some...)
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	if diff := cmp.Diff(before, p.inStore()); diff != "" {
		p.Errorf("the plan to undo %s changed records (-before +after):\n%s", of.ID, diff)
	}
	rep, err := p.pipeline.Undo(p.Context(), pipeline.Job{}, of.ID)
	if err != nil {
		p.Fatal(err)
	}
	imp := rep.Import
	plan.Import.State = imp.State
	if diff := cmp.Diff(outline(&plan.Import, planned), outline(&imp, p.changes(&imp))); diff != "" {
		p.Errorf("the undo of %s comes to another end than its plan (-plan +undo):\n%s", of.ID, diff)
	}
	for _, kind := range crm.Kinds {
		if imp.State != ledger.Done || imp.Undoes != of.ID || imp.Tally.Rows != of.Tally.Rows || imp.Tally.Of(kind).Sum() != of.Tally.Of(kind).Sum() {
			p.Errorf("the import has %+v, its undo %+v", of.Tally, imp.Tally)
		}
	}
	return imp
}

// numbered returns the import with a number, or the last that is not undone.
func (p *play) numbered(no string) ledger.Import {
	p.Helper()
	done := p.done()
	i := slices.IndexFunc(done, func(imp ledger.Import) bool { return no == "" || no == fmt.Sprint(imp.No) })
	if i < 0 {
		p.Fatalf("no import %s that is not undone", no)
	}
	return done[i]
}

// edits does to the records what another program would. Each edit leaves a mark that no import of the story has.
func (p *play) edits(lines string) {
	p.Helper()
	ids := map[string]string{}
	for id, name := range p.names() {
		ids[name] = id
	}
	for line := range strings.Lines(lines) {
		p.edit(line, ids)
	}
}

func (p *play) edit(line string, ids map[string]string) {
	p.Helper()
	head, values, _ := strings.Cut(strings.TrimSpace(line), "{")
	words := append(strings.Fields(head), "", "", "")
	p.edited++
	w := engine.Write{Mark: p.edited<<36 | 1<<62, ID: ids[words[0]]}
	if values != "" {
		if err := w.Set.UnmarshalJSON([]byte("{" + values)); err != nil {
			p.Fatalf("%s: %v", line, err)
		}
	}
	kind, name := crm.Account, words[0]
	if words[0] == "new" {
		name = words[1]
		w.New, w.ID, w.ParentID, w.Seq = true, idOf(name), ids[words[2]], w.Mark
	}
	if name[0] == 'c' {
		kind = crm.Contact
	}
	if !w.New {
		recs, err := p.engine.ByID(p.Context(), kind, []string{w.ID})
		if err != nil || len(recs) != 1 {
			p.Fatalf("%s: %d records: %v", line, len(recs), err)
		}
		w.Expect, w.Before, w.ParentID = recs[0].ChangeID, recs[0].Values, recs[0].ParentID
	}
	switch words[1] {
	case "-":
		w.Unset = words[2:3]
	case ">":
		w.Move, w.ParentID = true, ids[words[2]]
	case "gone":
		w.Remove = true
	}
	if results, err := p.engine.Write(p.Context(), kind, []engine.Write{w}); err != nil || results[0] != engine.Written {
		p.Fatalf("%s: result %v: %v", line, results, err)
	}
}

// backAndForth takes back all that a story imported, the newest first, and wants the records as they were at the start; and the undos
// likewise, and wants them as at the end.
func (p *play) backAndForth(start string) {
	p.Helper()
	end := p.inStore()
	stood := p.done()
	for _, imp := range stood {
		p.undoes(imp)
	}
	if diff := cmp.Diff(start, p.inStore()); diff != "" {
		p.Errorf("taken back (-start +now):\n%s", diff)
	}
	for _, imp := range p.done()[:len(stood)] {
		p.undoes(imp)
	}
	if diff := cmp.Diff(end, p.inStore()); diff != "" {
		p.Errorf("taken back and brought back (-end +now):\n%s", diff)
	}
}
