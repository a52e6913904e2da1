package daemon_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/settings"
)

const hidden = "root:x:0:0:hemligt"

// must ends a test at the first error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func paused(t *testing.T, parts *assembly.Parts) {
	t.Helper()
	_, err := parts.Store.Pauses.Begin(t.Context(), settings.Everything, "backup")
	must(t, err)
}

// claims are the claimed workbooks of the first inbox, as its page has them.
func (r *running) claims() []web.Claim {
	r.t.Helper()
	_, text := r.page("/inboxes")
	var all []web.Inbox
	if err := json.Unmarshal([]byte(text), &all); err != nil || len(all) == 0 {
		r.t.Fatalf("%v: %s", err, text)
	}
	return all[0].Claimed
}

// Files that are claimed and wait, because of a pause or of the store, are counted with those that wait in the inbox, since they came, and are
// named with the reason.
func TestClaimsThatWaitAreCounted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stop, goOn func(t *testing.T, parts *assembly.Parts, path string)
		says       string
	}{
		"pause": {func(t *testing.T, parts *assembly.Parts, _ string) { paused(t, parts) },
			func(t *testing.T, parts *assembly.Parts, _ string) {
				must(t, parts.Store.Pauses.End(t.Context(), settings.Everything))
			}, "importing is paused"},
		"store": {func(t *testing.T, _ *assembly.Parts, path string) { moveStore(t, path, path+".away") },
			func(t *testing.T, _ *assembly.Parts, path string) { moveStore(t, path+".away", path) }, "put the file back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now().Add(-time.Second).Unix()
			cfg := configured(t, "")
			parts, err := assembly.Open(t.Context(), cfg, discard, nil)
			must(t, err)
			defer parts.Close(t.Context())
			r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
			r.wait("ready", r.ready)
			c.stop(t, parts, storePath(cfg))
			r.drop("a\nb.csv", row("a"))
			r.wait("claimed", func() bool { return len(r.claims()) == 1 && strings.Contains(r.claims()[0].Why, c.says) })
			r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=waiting")
			r.until(func(v float64) bool { return int64(v) >= began }, "inlet_inbox_oldest_file_timestamp_seconds", "inbox=kunder", "state=waiting")
			if is := r.claims()[0]; is.Name != "a\nb.csv" || is.Since.Unix() < began {
				t.Errorf("the page has %+v", is)
			}
			r.drop("c.csv", row("c")) // it waits as well: in the inbox, or claimed behind the first
			r.until(is(2), "inlet_inbox_files", "inbox=kunder", "state=waiting")
			r.want(1, "inlet_inbox_up", "inbox=kunder")
			c.goOn(t, parts, storePath(cfg))
			r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
			r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=waiting")
			r.until(is(0), "inlet_inbox_oldest_file_timestamp_seconds", "inbox=kunder", "state=waiting")
		})
	}
}

// What a person put among the claims prevents no start, is not quoted anywhere, and the files of the inbox are imported.
func TestForeignClaimsAtTheStart(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	inbox, outside := cfg.Inboxes[0].Path, filepath.Join(t.TempDir(), "shadow")
	must(t, os.WriteFile(outside, []byte(hidden), 0o600))
	for i, spoil := range []func(dir string) error{
		func(dir string) error { return mkfifo(dir + "/bok.csv") },
		func(dir string) error { return os.Symlink(outside, dir+"/bok.csv") },
		func(dir string) error {
			return errors.Join(os.Remove(dir+"/arrival.json"), mkfifo(dir+"/arrival.json"))
		},
		func(dir string) error {
			return errors.Join(os.Remove(dir+"/arrival.json"), os.Symlink(outside, dir+"/arrival.json"))
		},
		func(dir string) error {
			return errors.Join(os.WriteFile(dir+"/bok.csv", []byte(row("x")), 0o600), os.Symlink(outside, dir+"/bok.mapping.yaml"))
		},
		func(dir string) error {
			return errors.Join(os.WriteFile(dir+"/bok.csv", []byte(row("x")), 0o600), mkfifo(dir+"/bok.mapping.yaml"))
		},
		func(dir string) error { return errors.Join(os.RemoveAll(dir), os.Symlink(filepath.Dir(outside), dir)) },
		func(dir string) error { return errors.Join(os.RemoveAll(dir), mkfifo(dir)) },
	} {
		dir := filepath.Join(inbox, ".inlet", "20250101T00000"+string(rune('0'+i))+".000000-abcd")
		must(t, os.MkdirAll(dir, 0o750), os.WriteFile(dir+"/arrival.json", []byte(`{"name":"bok.csv","sidecar":"bok.mapping.yaml"}`), 0o600), spoil(dir))
	}
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("bra.csv", row("bra"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(8), "inlet_inbox_files", "inbox=kunder", "state=unreadable")
	r.want(1, "inlet_inbox_up", "inbox=kunder")
	r.want(0, "inlet_imports_total", "inbox=kunder", "outcome=refused")
	r.stop()
	for _, path := range files(t, inbox) {
		text, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(text), "hemligt") {
			t.Errorf("%s has what is outside, %v", path, err)
		}
	}
	if strings.Contains(r.log.String(), "hemligt") || len(all(t, cfg)) != 1 {
		t.Errorf("imports %+v:\n%s", all(t, cfg), r.log)
	}
}

// Between the claim and the import the workbook or its mapping is replaced by a link or a pipe. That is not opened, and the next
// file is imported.
func TestClaimReplacedBeforeItsImport(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "shadow")
	must(t, os.WriteFile(outside, []byte(hidden), 0o600))
	for name, spoil := range map[string]func(path string) error{
		"link": func(path string) error { return errors.Join(os.Remove(path), os.Symlink(outside, path)) },
		"pipe": func(path string) error { return errors.Join(os.Remove(path), mkfifo(path)) },
	} {
		for _, file := range []string{"bok.csv", "bok.mapping.yaml"} {
			t.Run(name+" "+file, func(t *testing.T) {
				t.Parallel()
				cfg := configured(t, "")
				parts, err := assembly.Open(t.Context(), cfg, discard, nil)
				must(t, err)
				defer parts.Close(t.Context())
				r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
				r.wait("ready", r.ready)
				paused(t, parts)
				r.drop("bok.mapping.yaml", "mode: upsert\n")
				r.drop("bok.csv", row("bok"))
				r.wait("claimed", func() bool { return len(r.claims()) == 1 && r.claims()[0].Why == "importing is paused" })
				found, err := filepath.Glob(filepath.Join(r.inbox, ".inlet", "*", file))
				if err != nil || len(found) != 1 {
					t.Fatalf("claimed: %v, %v", found, err)
				}
				must(t, spoil(found[0]), parts.Store.Pauses.End(t.Context(), settings.Everything))
				r.wait("a warning", func() bool { return r.logged("Claimed workbook was removed") > 0 })
				r.drop("bra.csv", row("bra"))
				r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
				r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=unreadable")
				r.stop()
				if is := all(t, cfg); len(is) != 1 || is[0].Workbook != "bra.csv" || strings.Contains(r.log.String(), "hemligt") {
					t.Errorf("imports %+v:\n%s", is, r.log)
				}
			})
		}
	}
}

// A folder that the inbox puts files into is replaced by a link to outside: nothing is written there, the inbox is not watched, readiness says
// which one, and all goes on when the link is gone.
func TestFolderOfTheInboxReplacedByALink(t *testing.T) {
	t.Parallel()
	for _, which := range []string{"done", "failed", "held"} {
		t.Run(which, func(t *testing.T) {
			t.Parallel()
			cfg := two(t, "done")
			outside := t.TempDir()
			r := run(t, cfg)
			r.wait("ready", r.ready)
			at := filepath.Join(r.inbox, which)
			must(t, os.RemoveAll(at), os.Symlink(outside, at))
			r.until(is(0), "inlet_inbox_up", "inbox=kunder")
			r.unready("inbox kunder cannot be used")
			r.drop("a.csv", row("a"))
			r.drop("tom.csv", "")
			must(t, os.WriteFile(filepath.Join(cfg.Inboxes[1].Path, "b.csv"), []byte(row("b")), 0o600))
			r.until(is(1), "inlet_imports_total", "inbox=other", "outcome=done")
			if left, err := os.ReadDir(outside); err != nil || len(left) > 0 || r.logged("done: "+outside) != 1 {
				t.Errorf("outside are %v, %v:\n%s", left, err, r.log)
			}
			must(t, os.Remove(at))
			r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
			r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=refused")
			r.wait("ready", r.ready)
		})
	}
}

// The folder of today in done is a link: the import has ended, and its files wait until it is gone.
func TestDayFolderReplacedByALink(t *testing.T) {
	t.Parallel()
	cfg := two(t, "done")
	outside := t.TempDir()
	var links []string
	for _, day := range []time.Time{time.Now().UTC(), time.Now().Add(time.Minute).UTC(), time.Now(), time.Now().Add(time.Minute)} {
		links = append(links, filepath.Join(cfg.Inboxes[0].Done, day.Format(time.DateOnly)))
	}
	must(t, os.MkdirAll(cfg.Inboxes[0].Done, 0o755))
	for _, link := range links {
		if err := os.Symlink(outside, link); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	r.wait("a failed move", func() bool { return r.logged(notMoved) == 1 && r.logged("links are not followed") > 0 })
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("outside are %v, %v", left, err)
	}
	for _, link := range links {
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
}

// The folder of the claims is removed with a workbook in it that waits. That one cannot be imported; the next ones are, at once.
func TestClaimsRemovedUnderTheDaemon(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	must(t, err)
	defer parts.Close(t.Context())
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	paused(t, parts)
	r.drop("a.csv", row("a"))
	r.wait("claimed", func() bool { return len(r.claims()) == 1 })
	must(t, os.RemoveAll(filepath.Join(r.inbox, ".inlet")), parts.Store.Pauses.End(t.Context(), settings.Everything))
	r.wait("a warning", func() bool {
		return r.logged("Claimed workbook was removed or replaced by another program or person") == 1
	})
	r.drop("b.csv", row("b"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.want(1, "inlet_inbox_up", "inbox=kunder")
	r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=waiting")
}

// A claim is gone because another daemon has imported its workbook while this one stood still. Nobody is told to put the file into the inbox again.
func TestClaimImportedByAnotherDaemon(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	must(t, err)
	defer parts.Close(t.Context())
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	paused(t, parts)
	r.drop("a.csv", row("a"))
	r.wait("claimed", func() bool { return len(r.claims()) == 1 })
	claimed, err := os.ReadDir(filepath.Join(r.inbox, ".inlet"))
	must(t, err)
	imp, err := parts.Store.Imports.Begin(t.Context(), ledger.Import{ID: "annan", Inbox: "kunder", Workbook: "a.csv", Arrival: claimed[0].Name()}, false)
	must(t, err)
	imp.State, imp.Ended, imp.Archived = ledger.Done, time.Now().UTC(), filepath.Join(r.inbox, "done", "a.csv")
	must(t, parts.Store.Imports.Finish(t.Context(), &imp), os.RemoveAll(filepath.Join(r.inbox, ".inlet", claimed[0].Name())),
		parts.Store.Pauses.End(t.Context(), settings.Everything))
	r.wait("its end", func() bool { return r.logged("Another daemon imported the workbook") == 1 })
	r.drop("b.csv", row("b"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	if n := r.logged("Claimed workbook was removed or replaced by another program or person"); n != 0 {
		t.Errorf("%d false alarms", n)
	}
}

// A held workbook is approved, and a link is in its place, or in that of the held folder. What it leads to is not imported.
func TestHeldReplacedByALink(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("kopia.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.drop("kopia.sync-conflict-20261129-101500-ABCDEFG.csv", row("b"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=held")
	r.stop()
	held := all(t, cfg)[0]
	if held.State != ledger.Held || held.Archived == "" {
		t.Fatalf("it is %+v", held)
	}
	outside := t.TempDir()
	for _, at := range []string{held.Archived, cfg.Inboxes[0].Held} {
		must(t, os.Rename(at, at+" away"), os.Symlink(outside, at))
		if _, err := assembly.HeldJob(cfg.Inboxes[0], nil, held); err == nil || !strings.Contains(err.Error(), "links are not followed") {
			t.Errorf("%s: %v", at, err)
		}
		must(t, os.Remove(at), os.Rename(at+" away", at))
	}
	if _, err := assembly.HeldJob(cfg.Inboxes[0], nil, held); err != nil {
		t.Error(err)
	}
}
