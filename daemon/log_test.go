package daemon_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestLogOfStartAndStop: the first line says what runs, the last one that it has ended; an inbox that cannot be used is not said to be watched.
func TestLogOfStartAndStop(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	broken := cfg.Inboxes[0]
	broken.Name, broken.Path = "broken", filepath.Join(filepath.Dir(broken.Path), "broken")
	must(t, os.MkdirAll(filepath.Join(broken.Path, "elsewhere"), 0o755))
	must(t, os.Symlink("elsewhere", filepath.Join(broken.Path, ".inlet")))
	broken.Done, broken.Failed, broken.Held = "", "", ""
	cfg.Inboxes = append(cfg.Inboxes, broken)
	r := run(t, cfg, func(d *daemon.Daemon) { d.Version, d.ConfigFile = "v1.2.3", "inlet.yaml" })
	r.wait("the inbox that can be used", func() bool { return strings.Contains(r.log.String(), `msg="Inbox is watched" inbox=kunder`) })
	r.stop()
	lines := strings.Split(strings.TrimSpace(r.log.String()), "\n")
	here, err := os.Getwd()
	must(t, err)
	for _, part := range []string{`msg="Daemon started"`, "version=v1.2.3", "config=" + filepath.Join(here, "inlet.yaml"), "store=sqlite:", "user=", "pid="} {
		if !strings.Contains(lines[0], part) {
			t.Errorf("%s is missing in the first line: %s", part, lines[0])
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, `msg="Daemon stopped" after=`) {
		t.Errorf("the last line: %s", last)
	}
	text := r.log.String()
	if !strings.Contains(text, `msg="Inbox cannot be used`) || strings.Contains(text, `msg="Inbox is watched" inbox=broken`) {
		t.Errorf("of an inbox that cannot be used:\n%s", text)
	}
}

// silent is an engine that does not answer while down is set.
type silent struct {
	engine.Engine
	down *atomic.Bool
}

func (s silent) answer() error {
	if s.down.Load() {
		return &ledger.Temporary{Err: errors.New("the server does not answer")}
	}
	return nil
}

func (s silent) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	if err := s.answer(); err != nil {
		return engine.Doc{}, false, err
	}
	return s.Engine.Load(ctx, table, id)
}

// TestLogOfAStoreThatAnswersAgain: who reads the log at night sees that it is over.
func TestLogOfAStoreThatAnswersAgain(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	r := run(t, configured(t, ""), func(d *daemon.Daemon) {
		d.Interval = 50 * time.Millisecond
		d.WrapEngine(func(e engine.Engine) engine.Engine { return silent{e, &down} })
	})
	r.wait("ready", r.ready)
	down.Store(true)
	r.wait("the warning", func() bool { return r.logged(`msg="Store cannot be reached"`) == 1 })
	down.Store(false)
	r.wait("the end of it", func() bool { return r.logged(`msg="Store can be reached again"`) == 1 })
}
