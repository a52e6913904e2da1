package daemon_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// taken is a database with an index that has every account's number already.
type taken struct{ engine.Engine }

func (e taken) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	if kind != crm.Account {
		return e.Engine.Write(ctx, kind, writes)
	}
	results := make([]engine.Result, len(writes))
	for i := range results {
		results[i].Why = &engine.Unfit{Reason: engine.Unique, Fields: []string{"org_number"}, Value: "556016-0680", Index: "one_org"}
	}
	return results, nil
}

func (e taken) Batch(ctx context.Context, do func(context.Context, engine.Engine) error) error {
	return e.Engine.Batch(ctx, func(ctx context.Context, e engine.Engine) error { return do(ctx, taken{e}) })
}

// A value that the database rejects is reported in the language of its inbox, whatever the language of everything else.
func TestUnfitFieldInTheLanguageOfTheInbox(t *testing.T) {
	for language, want := range map[string]string{"sv": "has the same Org.nr, ", "en": "has the same Org. number, "} {
		t.Run(language, func(t *testing.T) {
			cfg := configured(t, "import: {language: "+map[string]string{"sv": "en", "en": "sv"}[language]+"}\n")
			cfg.Inboxes[0].Language = language
			r := run(t, cfg, func(d *daemon.Daemon) { d.WrapEngine(func(e engine.Engine) engine.Engine { return taken{e} }) })
			r.wait("ready", r.ready)
			r.drop("a.csv", "Company,Zip,Org. number\nAcme,1,556016-0680\n")
			r.until(is(1), "inlet_row_rejections_total", "reason=UNIQUE")
			r.stop()
			if texts := problems(t, cfg); len(texts) != 1 || !strings.Contains(texts[0], want) {
				t.Errorf("%q, not %q", texts, want)
			}
		})
	}
}

// problems are the texts of all problems of the last import.
func problems(t *testing.T, cfg config.Config) (texts []string) {
	t.Helper()
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close(t.Context())
	imports, err := parts.Store.Imports.List(t.Context(), 0, 1)
	if err != nil || len(imports) != 1 {
		t.Fatal(len(imports), err)
	}
	for changes, err := range parts.Store.Journal.Changes(t.Context(), imports[0].ID) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			for _, p := range c.Problems {
				texts = append(texts, p.Text.String())
			}
		}
	}
	return texts
}

// asked counts how often the pauses are read.
type asked struct {
	engine.Engine
	pauses *atomic.Int64
}

func (e asked) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	if table == engine.Meta && id == "paused" {
		e.pauses.Add(1)
	}
	return e.Engine.Load(ctx, table, id)
}

func TestPausesAreReadOnceForAFile(t *testing.T) {
	cfg := configured(t, "")
	var pauses atomic.Int64
	const files = 20
	begun := time.Now()
	for n := range files {
		if err := os.MkdirAll(cfg.Inboxes[0].Path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(cfg.Inboxes[0].Path, string(rune('a'+n))+".csv"), []byte(row(string(rune('a'+n)))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := run(t, cfg, func(d *daemon.Daemon) { d.WrapEngine(func(e engine.Engine) engine.Engine { return asked{e, &pauses} }) })
	r.until(is(files), "inlet_imports_total", "inbox=kunder", "outcome=done")
	looks := 1 + int64(time.Since(begun)/(10*time.Second)) // of the metrics
	if n := pauses.Load(); n > files+looks {
		t.Errorf("they were read %d times for %d files", n, files)
	}
}
