package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestSidecar(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "inbox.yaml")
	put(t, outside, "of the inbox")
	for name, c := range map[string]struct {
		files   map[string]string
		mapping string
		base    string
		want    string
		near    bool
		rival   string
		stays   []string // in the inbox
	}{
		"none":           {base: ""},
		"own":            {files: map[string]string{"sub/a.mapping.yaml": "own"}, base: "a.mapping.yaml", want: "own"},
		"own, long":      {files: map[string]string{"sub/a.csv.mapping.yaml": "own"}, base: "a.csv.mapping.yaml", want: "own"},
		"short first":    {files: map[string]string{"sub/a.mapping.yaml": "short", "sub/a.csv.mapping.yaml": "long"}, base: "a.mapping.yaml", want: "short"},
		"of the folder":  {files: map[string]string{"sub/_default.mapping.yaml": "sub", "_default.mapping.yaml": "top"}, base: "_default.mapping.yaml", want: "sub", stays: []string{"sub/_default.mapping.yaml", "_default.mapping.yaml"}},
		"of the parent":  {files: map[string]string{"_default.mapping.yaml": "top"}, mapping: outside, base: "_default.mapping.yaml", want: "top", stays: []string{"_default.mapping.yaml"}},
		"of the inbox":   {mapping: outside, base: "_default.mapping.yaml", want: "of the inbox"},
		"yml":            {files: map[string]string{"sub/a.mapping.yml": "own"}, base: "a.mapping.yml", want: "own"},
		"yml, long":      {files: map[string]string{"sub/a.csv.mapping.yml": "own"}, base: "a.csv.mapping.yml", want: "own"},
		"yml of the top": {files: map[string]string{"_default.mapping.yml": "top"}, base: "_default.mapping.yml", want: "top", stays: []string{"_default.mapping.yml"}},
		"both forms":     {files: map[string]string{"sub/a.mapping.yml": "yml", "sub/a.csv.mapping.yaml": "yaml"}, base: "a.csv.mapping.yaml", want: "yaml", rival: "a.mapping.yml"},
		"both defaults":  {files: map[string]string{"_default.mapping.yml": "yml", "_default.mapping.yaml": "yaml"}, base: "_default.mapping.yaml", want: "yaml", rival: "_default.mapping.yml", stays: []string{"_default.mapping.yaml", "_default.mapping.yml"}},
		"near":           {files: map[string]string{"sub/A.yaml": "near", "_default.mapping.yaml": "top"}, mapping: outside, base: "A.yaml", want: "near", near: true, stays: []string{"_default.mapping.yaml"}},
		"near, case":     {files: map[string]string{"sub/A.mapping.yaml": "near"}, base: "A.mapping.yaml", want: "near", near: true},
		"right and near": {files: map[string]string{"sub/a.yaml": "near", "sub/a.mapping.yaml": "own"}, base: "a.mapping.yaml", want: "own", stays: []string{"sub/a.yaml"}},
		"near elsewhere": {files: map[string]string{"a.yaml": "near"}, base: "", stays: []string{"a.yaml"}},
		"near default":   {files: map[string]string{"_default.yaml": "top"}, base: "_default.yaml", want: "top", near: true, stays: []string{"_default.yaml"}},
		"of another":     {files: map[string]string{"sub/b.mapping.yaml": "b"}, base: "", stays: []string{"sub/b.mapping.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := quick(t.TempDir())
				in.Mapping = c.mapping
				for name, text := range c.files {
					put(t, filepath.Join(in.Path, name), text)
				}
				put(t, filepath.Join(in.Path, "sub/a.csv"), "a")
				a := polled(t, in).next()
				if c.base == "" {
					if a.Sidecar != "" {
						t.Fatalf("got %s", a.Sidecar)
					}
				} else if a.Sidecar != filepath.Join(a.Dir, c.base) || content(t, a.Sidecar) != c.want {
					t.Fatalf("got %q", a.Sidecar)
				}
				if a.Near != c.near || filepath.Base(a.Rival) != filepath.Base(filepath.Join("x", "..", c.rival)) {
					t.Errorf("near is %v, and the rival %q", a.Near, a.Rival)
				}
				if a.Rival != "" {
					content(t, a.Rival)
				}
				for _, name := range c.stays {
					content(t, filepath.Join(in.Path, name))
				}
			})
		})
	}
}

func TestSidecarIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.SidecarGrace = time.Hour
		w := polled(t, in)
		w.put("a.csv", "a")
		w.nothingMore()
		w.put("a.mapping.yaml", "late")
		if a := w.next(); a.Sidecar == "" || content(t, a.Sidecar) != "late" {
			t.Errorf("arrived with sidecar %q", a.Sidecar)
		}
	})
}

func TestSidecarIsNotWaitedForLongerThanGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.SidecarGrace = 200 * time.Millisecond
		w := polled(t, in)
		began := time.Now()
		w.put("a.csv", "a")
		if a := w.next(); a.Sidecar != "" || time.Since(began) < in.SidecarGrace {
			t.Errorf("arrived after %v with sidecar %q", time.Since(began), a.Sidecar)
		}
	})
}

// One that comes after the grace stays in the inbox, and is that of the next workbook of its name.
func TestSidecarLaterThanGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.SidecarGrace = 200 * time.Millisecond
		w := polled(t, in)
		w.put("a.csv", "a")
		if a := w.next(); a.Sidecar != "" {
			t.Errorf("arrived with sidecar %q", a.Sidecar)
		}
		w.put("a.mapping.yaml", "late")
		w.nothingMore()
		content(t, filepath.Join(w.inbox, "a.mapping.yaml"))
		w.put("a.csv", "again")
		if a := w.next(); a.Sidecar == "" || content(t, a.Sidecar) != "late" {
			t.Errorf("then with sidecar %q", a.Sidecar)
		}
	})
}

func TestSidecarMustBeQuietToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.Settle = 300 * time.Millisecond
		w := polled(t, in)
		w.put("a.csv", "a")
		w.until("seen", func(s Scan) bool { return s.Waiting == 1 })
		w.put("a.mapping.yaml", "first")
		w.put("a.mapping.yaml", "second")
		if a := w.next(); a.Sidecar == "" || content(t, a.Sidecar) != "second" {
			t.Errorf("arrived with sidecar %q", a.Sidecar)
		}
		w.put("alone.mapping.yaml", "alone")
		w.nothingMore()
	})
}

func TestMissingMappingOfInboxWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.Mapping = filepath.Join(t.TempDir(), "gone.yaml")
		w := polled(t, in)
		w.put("a.csv", "a")
		w.until("reported", func(s Scan) bool { return s.Err != nil })
		put(t, in.Mapping, "back")
		if a := w.next(); content(t, a.Sidecar) != "back" || a.Name != "a.csv" {
			t.Errorf("arrived %+v", a)
		}
		w.until("well", func(s Scan) bool { return s.Err == nil })
		if left, _ := os.ReadDir(filepath.Join(in.Path, ".inlet")); len(left) != 1 {
			t.Errorf(".inlet holds %v", left)
		}
	})
}

// The workbook is whole, and its own mapping is still being written: they wait until the mapping has been quiet too, and no half mapping is taken.
func TestOwnSidecarThatGrowsIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.Settle = 500 * time.Millisecond
		w := polled(t, in)
		w.put("a.csv", "a")
		name := filepath.Join(in.Path, "a.mapping.yaml")
		written := ""
		for began := time.Now(); time.Since(began) < 3*in.Settle; time.Sleep(in.Settle / 20) { // the workbook's quiet time is up long before
			written += "# more\n"
			put(t, name, written)
			select {
			case a := <-w.arrivals:
				t.Fatalf("%s arrived with a mapping of %d bytes, which grows", a.Name, len(content(t, a.Sidecar)))
			default:
			}
		}
		if a := w.next(); a.Sidecar == "" || content(t, a.Sidecar) != written {
			t.Errorf("arrived with sidecar %q", a.Sidecar)
		}
	})
}
