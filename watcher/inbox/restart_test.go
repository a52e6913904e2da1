package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"inlet.example/inlet/watcher/inbox/claim"
)

const (
	older1 = "20200101T000000.000001-abcd"
	older2 = "20200101T000000.000002-0000"
)

func TestRestartInEveryState(t *testing.T) {
	type files = map[string]string
	labelled := func(rest string) string { return `{"name":"sub/a.csv","seen":"2020-01-01T00:00:00Z"` + rest + `}` }
	dir := ".inlet/" + older1 + "/"
	for name, c := range map[string]struct {
		before  files
		arrives bool // as older1, else as new
		sidecar string
		near    bool
		rival   string
		gone    []string
	}{
		"folder made":             {before: files{dir + "x": "", "sub/a.csv": "a"}},
		"label half written":      {before: files{dir + "arrival.json.part": "{", "sub/a.csv": "a"}, gone: []string{dir}},
		"label written":           {before: files{dir + "arrival.json": labelled(""), "sub/a.csv": "a"}, gone: []string{dir}},
		"workbook moved":          {before: files{dir + "arrival.json": labelled(""), dir + "a.csv": "a"}, arrives: true},
		"sidecar not moved":       {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml"`), dir + "a.csv": "a", "sub/a.mapping.yaml": "own"}, arrives: true, sidecar: "own", gone: []string{"sub/a.mapping.yaml"}},
		"sidecar moved":           {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml"`), dir + "a.csv": "a", dir + "a.mapping.yaml": "own", "sub/a.mapping.yaml": "newer"}, arrives: true, sidecar: "own"},
		"sidecar taken away":      {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml"`), dir + "a.csv": "a", "_default.mapping.yaml": "top"}, arrives: true, sidecar: "top"},
		"default half copied":     {before: files{dir + "arrival.json": labelled(`,"sidecar":"_default.mapping.yaml"`), dir + "a.csv": "a", dir + "_default.mapping.yaml.part": "to", "_default.mapping.yaml": "top"}, arrives: true, sidecar: "top"},
		"default copied":          {before: files{dir + "arrival.json": labelled(`,"sidecar":"_default.mapping.yaml"`), dir + "a.csv": "a", dir + "_default.mapping.yaml": "top", "_default.mapping.yaml": "newer"}, arrives: true, sidecar: "top"},
		"near not moved":          {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/A.yaml"`), dir + "a.csv": "a", "sub/A.yaml": "near"}, arrives: true, sidecar: "near", near: true, gone: []string{"sub/A.yaml"}},
		"near moved":              {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/A.yaml"`), dir + "a.csv": "a", dir + "A.yaml": "near", "sub/A.yaml": "newer"}, arrives: true, sidecar: "near", near: true},
		"near taken away":         {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/A.yaml"`), dir + "a.csv": "a", "sub/a.yml": "other"}, arrives: true, sidecar: "other", near: true, gone: []string{"sub/a.yml"}},
		"near called right":       {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/A.yaml"`), dir + "a.csv": "a", "sub/a.mapping.yaml": "mended"}, arrives: true, sidecar: "mended", gone: []string{"sub/a.mapping.yaml"}},
		"near default half":       {before: files{dir + "arrival.json": labelled(`,"sidecar":"_default.yaml"`), dir + "a.csv": "a", dir + "_default.yaml.part": "to", "_default.yaml": "top"}, arrives: true, sidecar: "top", near: true},
		"rival not moved":         {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml","rival":"sub/a.mapping.yml"`), dir + "a.csv": "a", dir + "a.mapping.yaml": "own", "sub/a.mapping.yml": "yml"}, arrives: true, sidecar: "own", rival: "yml", gone: []string{"sub/a.mapping.yml"}},
		"neither moved":           {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml","rival":"sub/a.mapping.yml"`), dir + "a.csv": "a", "sub/a.mapping.yaml": "own", "sub/a.mapping.yml": "yml"}, arrives: true, sidecar: "own", rival: "yml", gone: []string{"sub/a.mapping.yml", "sub/a.mapping.yaml"}},
		"rival taken away":        {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml","rival":"sub/a.mapping.yml"`), dir + "a.csv": "a", dir + "a.mapping.yaml": "own"}, arrives: true, sidecar: "own"},
		"sidecar gone, rival not": {before: files{dir + "arrival.json": labelled(`,"sidecar":"sub/a.mapping.yaml","rival":"sub/a.mapping.yml"`), dir + "a.csv": "a", "sub/a.mapping.yml": "yml"}, arrives: true, sidecar: "yml", gone: []string{"sub/a.mapping.yml"}},
		"claimed without sidecar": {before: files{dir + "arrival.json": labelled(""), dir + "a.csv": "a", "sub/a.mapping.yaml": "of the next"}, arrives: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := quick(t.TempDir())
				for name, text := range c.before {
					put(t, filepath.Join(in.Path, name), text)
				}
				_ = os.Remove(filepath.Join(in.Path, dir, "x"))
				w := polled(t, in)
				a := w.next()
				if (a.ID == older1) != c.arrives || a.Name != "sub/a.csv" || content(t, a.Workbook) != "a" {
					t.Errorf("arrived as %+v", a)
				}
				if got := sidecarOf(t, a); got != c.sidecar || a.Near != c.near {
					t.Errorf("its sidecar says %q; near is %v", got, a.Near)
				}
				if a.Rival != "" {
					if got := content(t, a.Rival); got != c.rival {
						t.Errorf("its rival says %q", got)
					}
				} else if c.rival != "" {
					t.Error("it has no rival")
				}
				for _, name := range c.gone {
					if _, err := os.Lstat(filepath.Join(in.Path, name)); !os.IsNotExist(err) {
						t.Errorf("%s is there: %v", name, err)
					}
				}
				w.nothingMore()
			})
		})
	}
}

func sidecarOf(t *testing.T, a claim.Arrival) string {
	if a.Sidecar == "" {
		return ""
	}
	return content(t, a.Sidecar)
}

func TestRestartHandsOutInOrderBeforeNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		for id, name := range map[string]string{older2: "b.csv", older1: "z.csv"} {
			put(t, filepath.Join(in.Path, ".inlet", id, "arrival.json"), `{"name":"`+name+`"}`)
			put(t, filepath.Join(in.Path, ".inlet", id, name), "old")
		}
		put(t, filepath.Join(in.Path, ".inlet", "99991231T235959.000000-0000", "lost.csv"), "its label is lost")
		put(t, filepath.Join(in.Path, "a.csv"), "new")
		w := polled(t, in)
		for _, want := range []string{"z.csv", "b.csv", "lost.csv", "a.csv"} {
			if a := w.next(); a.Name != want {
				t.Errorf("wanted %s, got %+v", want, a)
			}
		}
		w.nothingMore()
	})
}

func TestRestartLeavesArchivedClaimsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		rest := filepath.Join(in.Path, ".inlet", older1, "a.mapping.yaml") // the workbook is in done already
		put(t, rest, "own")
		put(t, filepath.Join(in.Path, ".inlet", older1, "arrival.json"), `{"name":"a.csv"}`)
		polled(t, in).nothingMore()
		content(t, rest)
	})
}

// While the receiver is slow the files stay where people see them.
func TestClaimsNoMoreThanOneAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		for _, name := range []string{"a.csv", "b.csv", "c.csv"} {
			put(t, filepath.Join(in.Path, name), name)
		}
		w := polled(t, in)
		w.until("claimed", func(s Scan) bool { return s.Waiting == 2 })
		for range 3 {
			if s := <-w.scans; s.Waiting != 2 || s.Oldest.IsZero() {
				t.Fatalf("%d wait since %v", s.Waiting, s.Oldest)
			}
		}
		for range 3 {
			w.next()
		}
		if s := w.until("empty", func(s Scan) bool { return s.Waiting == 0 }); !s.Oldest.IsZero() {
			t.Errorf("oldest of none is %v", s.Oldest)
		}
	})
}

// A claim that lost its manifest keeps the sidecar that was claimed with it.
func TestLostManifestKeepsTheSidecar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for brought, near := range map[string]bool{"a.mapping.yaml": false, "a.mapping.yml": false, "_default.mapping.yaml": false, "a.yaml": true, "A.mapping.yaml": true} {
			in := quick(t.TempDir())
			dir := filepath.Join(in.Path, ".inlet", older1)
			put(t, filepath.Join(dir, "a.csv"), "a")
			put(t, filepath.Join(dir, brought), "brought")
			put(t, filepath.Join(in.Path, "a.mapping.yaml"), "of the next")
			w := polled(t, in)
			if a := w.next(); a.Name != "a.csv" || sidecarOf(t, a) != "brought" || a.Near != near {
				t.Errorf("%s: %+v", brought, a)
			}
			content(t, filepath.Join(in.Path, "a.mapping.yaml"))
			w.stop()
		}
	})
}
