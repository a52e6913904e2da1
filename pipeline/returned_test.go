package pipeline_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
)

// busy is a store that fails once when an import is to begin.
type busy struct {
	pipeline.Imports
	failed bool
}

func (b *busy) Begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error) {
	if !b.failed {
		b.failed = true
		return imp, errors.New("not now")
	}
	return b.Imports.Begin(ctx, imp, again)
}

// TestMappingIsFetchedOnce: a workbook that comes back from held without its mapping keeps the one that was fetched for it, also where its first
// try ended after that and the next one is given the workbook alone again.
func TestMappingIsFetchedOnce(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	folders := pipeline.Folders{Held: filepath.Join(p.dir, "held"), Done: filepath.Join(p.dir, "done"), Failed: filepath.Join(p.dir, "failed")}
	claim := func(arrival string, files map[string]string) pipeline.Job {
		dir := filepath.Join(p.dir, arrival)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return pipeline.Job{Arrival: arrival, Inbox: "in", Name: "kunder.csv", Workbook: filepath.Join(dir, "kunder.csv"), Folders: folders}
	}
	const rows = "X,Y\nAcme,no address\n"
	first := claim("1", map[string]string{"kunder.csv": rows, "kunder.mapping.yml": "columns: {X: account.name, Y: account.email}\nmatch: {account: [name]}\ncaps: {max_rejected: 0}\n"})
	first.Sidecar = filepath.Join(filepath.Dir(first.Workbook), "kunder.mapping.yml")
	held, err := p.pipeline.Run(t.Context(), first)
	if err != nil || held.Import.State != ledger.Held {
		t.Fatalf("%+v %v", held.Import, err)
	}
	if err := os.Remove(held.Import.Archived); err != nil {
		t.Fatal(err)
	}
	back := claim("2", map[string]string{"kunder.csv": rows})
	p.pipeline.Store.Imports = &busy{Imports: p.store.Imports}
	if _, err := p.pipeline.Run(t.Context(), back); err == nil {
		t.Fatal("the store was to fail")
	}
	again, err := p.pipeline.Run(t.Context(), back)
	if err != nil || again.Import.State != ledger.Held || again.Import.With != held.Import.With || again.Import.With == "" {
		t.Errorf("tried again it is %s (%s) with the mapping %q, %v", again.Import.State, again.Import.Why, again.Import.With, err)
	}
	if old, _, err := p.store.Imports.Import(t.Context(), held.Import.ID); err != nil || old.State != ledger.Refused || old.Code != ledger.CameAgain {
		t.Errorf("the one that waited is %s, %v", old.State, err)
	}
	if _, err := os.Stat(again.Import.Sidecar); err != nil {
		t.Errorf("its mapping: %v", err)
	}
}
