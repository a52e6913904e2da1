package pipeline_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/retention"
)

// pruned removes what is old by then.
func (p *play) pruned(policy retention.Policy, then time.Time) {
	p.Helper()
	s := p.store
	if _, err := retention.New(retention.Store{Imports: s.Imports, Journal: s.Journal, Outbox: s.Outbox, Hold: s.Hold}, policy).Prune(p.Context(), then); err != nil {
		p.Fatal(err)
	}
}

// refusal returns the text of a Refusal.
func (p *play) refusal(err error) string {
	p.Helper()
	refusal, ok := errors.AsType[*ledger.Refusal](err)
	if !ok {
		p.Fatalf("no refusal: %v", err)
	}
	return report.Refused(refusal, "en")
}

func (p *play) contains(what, text, want string) {
	p.Helper()
	if !strings.Contains(text, want) {
		p.Errorf("%s: %q does not contain %q", what, text, want)
	}
}

// TestPrunedImport: whatever a person may do with an import whose journal, and then which itself, was removed is answered in words.
func TestPrunedImport(t *testing.T) {
	const day = retention.Day
	const content = "Bolag,Postnr,Person,Mejl,\nAcme,11122,Anna,anna@exempel.se,1\nBeta,22233,Cia,cia at exempel,\n"
	p := newPlay(t, way{"sqlite", 10, false}, "")
	first := p.dropped("kunder.csv", content, lettered)
	rejected, err := os.ReadFile(first.Rejected)
	if err != nil {
		t.Fatal(err)
	}
	comeBack := func(name string) ledger.Import {
		t.Helper()
		job := pipeline.Job{Inbox: "kunder", Name: name, Workbook: p.file(name, rejected), Folders: pipeline.Folders{Done: filepath.Join(p.dir, "done"), Failed: filepath.Join(p.dir, "failed"), Held: filepath.Join(p.dir, "held")}}
		rep, err := p.pipeline.Run(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		return rep.Import
	}
	undone := func(want string) {
		t.Helper()
		_, err := p.pipeline.Undo(t.Context(), pipeline.Job{Language: "en"}, first.ID)
		p.contains("undo", p.refusal(err), want)
		_, err = p.pipeline.PlanUndo(t.Context(), pipeline.Job{Language: "en"}, first.ID, func([]ledger.Change) error { return nil })
		p.contains("plan of an undo", p.refusal(err), want)
	}
	again := func(want string) {
		t.Helper()
		imp := p.dropped("again.csv", content, lettered)
		if imp.Original() != first.ID {
			t.Errorf("the same again: %+v", imp)
		}
		var b strings.Builder
		if err := report.Show(&b, &imp, nil, "en"); err != nil {
			t.Fatal(err)
		}
		p.contains("the same again", b.String(), want)
	}

	then := time.Now().Add(95 * day)
	p.pruned(retention.Policy{Journal: 90 * day}, then)
	undone("its journal was removed 90 days after it ended (retention.journal)")
	again("imported as " + first.ID + "\n")
	now, _, err := p.store.Imports.Import(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.Show(&b, &now, nil, "en"); err != nil {
		t.Fatal(err)
	}
	p.contains("show", b.String(), "Journal    removed 90 days after the import ended (retention.journal): it can no longer be undone")
	err = rejects.Write(t.Context(), rejects.Input{Import: &now, Journal: p.store.Journal}, filepath.Join(p.dir, "none.xlsx"))
	if err == nil {
		t.Error("a workbook of the rejected rows is written from a journal that was removed")
	}
	if imp := comeBack("kunder.rejected.xlsx"); imp.Parent != first.ID || imp.With != first.With {
		t.Errorf("rejected rows of an import without a journal come back as %+v", imp)
	}

	p.pruned(retention.Policy{Journal: 90 * day, Imports: 90 * day}, then)
	undone("it was removed from the store (retention.imports)")
	again("imported as " + first.ID + ", whose details were removed (retention.imports)")
	if imp := comeBack("kunder.rejected-2.xlsx"); imp.Code != "parent_removed" || imp.State != ledger.Refused || !strings.Contains(imp.Why, first.ID) {
		t.Errorf("rejected rows of an import that was removed come back as %+v", imp)
	}
}
