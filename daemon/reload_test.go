package daemon_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

// changing is a daemon whose configuration is a file that the test writes anew.
type changing struct {
	*running
	path   string
	daemon *daemon.Daemon
}

const oneInbox = "inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}]\nhttp: {address: \"127.0.0.1:0\", login: none}\n"

func runChanging(t *testing.T) *changing {
	t.Helper()
	c := &changing{path: filepath.Join(t.TempDir(), "inlet.yaml")}
	reload := func() (config.Config, error) { return load.Load(c.path, load.Environment(nil)) }
	if err := os.WriteFile(c.path, []byte(oneInbox), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := reload()
	if err != nil {
		t.Fatal(err)
	}
	c.running = run(t, cfg, func(d *daemon.Daemon) { d.Load, d.Interval, c.daemon = reload, 50*time.Millisecond, d })
	c.ready()
	return c
}

func (c *changing) ready() {
	soon(c.t, c.running, "ready", func() bool { code, _ := c.page("/readyz"); return code == 200 })
}

func (c *changing) write(text string) {
	c.t.Helper()
	if err := os.WriteFile(c.path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *changing) metric(line string) func() bool {
	return func() bool { _, text := c.page("/metrics"); return strings.Contains(text, "\n"+line+"\n") }
}

func (c *changing) imports(inbox, name string) {
	c.t.Helper()
	dir := filepath.Join(filepath.Dir(c.path), inbox)
	if err := os.WriteFile(filepath.Join(dir, name), []byte("Company,Zip\n"+name+",11122\n"), 0o644); err != nil {
		c.t.Fatal(err)
	}
	soon(c.t, c.running, name+" in done", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "done", "*", name))
		return len(found) == 1
	})
}

// TestReload changes the inboxes of a daemon that runs: the change is taken without being asked, what is gone is watched and counted no more.
func TestReload(t *testing.T) {
	t.Parallel()
	c := runChanging(t)
	c.imports("inbox", "before.csv")
	c.write(strings.Replace(oneInbox, "[{", "[{name: leads, path: leads, settle: 100ms, scan: 200ms}, {", 1))
	soon(t, c.running, "the second inbox", c.metric(`inlet_inbox_up{inbox="leads"} 1`))
	c.imports("leads", "new.csv")
	c.imports("inbox", "still.csv")
	c.write(strings.NewReplacer("kunder", "leads", "path: inbox", "path: leads").Replace(oneInbox))
	soon(t, c.running, "the first inbox to go", func() bool { _, text := c.page("/metrics"); return !strings.Contains(text, `inbox="kunder"`) })
	c.imports("leads", "last.csv")
	if !c.metric("inlet_config_last_reload_successful 1")() {
		t.Error("the reload does not count as successful")
	}
}

// TestReloadWithMistakes keeps the old configuration while the new one has mistakes, logs them once, and goes on when they are corrected.
func TestReloadWithMistakes(t *testing.T) {
	t.Parallel()
	c := runChanging(t)
	c.write(oneInbox + "stoer: {}\n")
	soon(t, c.running, "the mistake", c.metric("inlet_config_last_reload_successful 0"))
	c.imports("inbox", "meanwhile.csv")
	if n := strings.Count(c.log.String(), "stoer"); n != 1 {
		t.Errorf("the mistake was logged %d times:\n%s", n, c.log)
	}
	c.write(oneInbox)
	soon(t, c.running, "the mistake to be gone", c.metric("inlet_config_last_reload_successful 1"))
	// One that reads well and cannot be used: the store is a folder that is not there.
	c.write(oneInbox + "store: {uri: \"sqlite:/proc/none/inlet.db\"}\n")
	soon(t, c.running, "the store not to be opened", c.metric("inlet_config_last_reload_successful 0"))
	c.ready()
	c.imports("inbox", "after.csv")
}

// TestReloadWhenAsked reads everything again, secrets too, though the file is the same.
func TestReloadWhenAsked(t *testing.T) {
	t.Parallel()
	c := runChanging(t)
	c.daemon.Reload()
	soon(t, c.running, "the change", func() bool { return strings.Contains(c.log.String(), "Configuration changed") })
	c.ready()
	c.imports("inbox", "after.csv")
}
