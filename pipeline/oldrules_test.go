package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestBegunByOlderRules is section 17: an import whose first rows an older inlet wrote becomes stuck, stays so, can be taken back, and its file
// imported then.
func TestBegunByOlderRules(t *testing.T) {
	p, job := begunByOlder(t, ledger.AtCheckpointed)
	for range 2 {
		_, err := p.pipeline.Run(t.Context(), job)
		if !errors.Is(err, pipeline.ErrStuck) || !strings.Contains(err.Error(), "inlet undo") {
			t.Fatalf("it goes on: %v", err)
		}
	}
	imp := p.only()
	if imp.State != ledger.Stuck || imp.Code != "old_rules" || !strings.Contains(imp.Why, "inlet undo "+imp.ID) || imp.Tally.Rows != 1 {
		t.Errorf("it is %+v", imp)
	}
	if _, err := p.pipeline.Undo(t.Context(), pipeline.Job{}, imp.ID); err != nil {
		t.Fatal(err)
	}
	if left := p.records(p.names()); left != "" {
		t.Errorf("after the undo there are\n%s", left)
	}
	rep, err := p.pipeline.Run(t.Context(), job)
	if err != nil || rep.Import.State != ledger.Done || rep.Import.Rules != ledger.RulesVersion || rep.Import.Tally.Counts.Of(crm.Account).Created != 3 {
		t.Errorf("dropped again it is %+v: %v", rep.Import, err)
	}
}

// TestBegunByOlderRulesWithoutRows: what has written nothing begins again, and a stop after that is one like any other.
func TestBegunByOlderRulesWithoutRows(t *testing.T) {
	p, job := begunByOlder(t, ledger.AtBegun)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	job.Progress = func(int, int) { cancel() }
	if _, err := p.pipeline.Run(ctx, job); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	job.Progress = nil
	rep, err := p.pipeline.Run(t.Context(), job)
	if err != nil || rep.Import.State != ledger.Done || rep.Import.Tally.Counts.Of(crm.Account).Created != 3 || !strings.HasSuffix(rep.Import.ID, "-1") {
		t.Errorf("it is %+v: %v", rep.Import, err)
	}
}

// begunByOlder has an import stopped at a point, and its document say what one of an older inlet says.
func begunByOlder(t *testing.T, at ledger.CrashPoint) (*play, pipeline.Job) {
	t.Helper()
	p := newPlay(t, way{"sqlite", 1, false}, "")
	p.sidecar = p.file("mapping.yaml", []byte("match: {account: [name]}\n"))
	job := p.job(txtar.File{Name: "rows.csv", Data: []byte("Företag\nAcme\nBeta\nGamma\n")})
	ctx, cancel := context.WithCancel(t.Context())
	stop := func(point ledger.CrashPoint) {
		if point == at {
			cancel()
		}
	}
	p.pipeline.At, p.store.At = stop, stop
	if _, err := p.pipeline.Run(ctx, job); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	p.pipeline.At, p.store.At = nil, nil
	imp := p.only()
	doc, _, err := p.engine.Load(t.Context(), engine.Imports, imp.ID)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(doc.Body, &body); err != nil || body["rules"] != float64(ledger.RulesVersion) {
		t.Fatalf("an import says nothing of its rules: %v %v", body, err)
	}
	delete(body, "rules")
	if doc.Body, err = json.Marshal(body); err != nil {
		t.Fatal(err)
	}
	if swapped, err := p.engine.Swap(t.Context(), engine.Imports, doc); !swapped || err != nil {
		t.Fatal(swapped, err)
	}
	return p, job
}

// only returns the one import that there is.
func (p *play) only() ledger.Import {
	p.Helper()
	imports, err := p.store.Imports.List(p.Context(), 0, 10)
	if err != nil || len(imports) != 1 {
		p.Fatalf("there are %d imports: %v", len(imports), err)
	}
	return imports[0]
}
