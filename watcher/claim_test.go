package watcher

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline/files"
)

// claiming is an inbox, and a file of it that was looked at.
func claiming(t *testing.T) (claims, *file) {
	in := quick(t.TempDir()).filled()
	put(t, filepath.Join(in.Path, "sub", "a.csv"), "a")
	root, err := os.OpenRoot(in.Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	if err := root.Mkdir(ownFolder, 0o750); err != nil {
		t.Fatal(err)
	}
	info, err := root.Lstat("sub/a.csv")
	if err != nil {
		t.Fatal(err)
	}
	return claims{inbox: in, root: root, ids: newNumbers(), reached: func(Point) {}}, &file{path: "sub/a.csv", mark: files.IdentityOf(info)}
}

// What takes the place of a file after it was looked at goes back to where it was.
func TestSwappedBeforeTheRename(t *testing.T) {
	for name, swap := range map[string]func(name string) error{
		"link":     func(name string) error { return os.Symlink("/etc/passwd", name) },
		"folder":   func(name string) error { return os.Mkdir(name, 0o700) },
		"newer":    func(name string) error { return os.WriteFile(name, []byte("newer"), 0o600) },
		"two name": func(name string) error { return errors.Join(os.WriteFile(name, nil, 0o600), os.Link(name, name+"2")) },
	} {
		t.Run(name, func(t *testing.T) {
			c, f := claiming(t)
			abs := filepath.Join(c.inbox.Path, f.path)
			if err := errors.Join(os.Remove(abs), swap(abs)); err != nil {
				t.Fatal(err)
			}
			before, _ := os.Lstat(abs)
			if _, err := c.take(f, label{Name: f.path}, nil); !errors.Is(err, errMoved) {
				t.Errorf("take: %v", err)
			}
			if after, err := os.Lstat(abs); err != nil || !os.SameFile(before, after) {
				t.Errorf("it is not back: %v", err)
			}
			if left, _ := c.listed(ownFolder); len(left) > 0 {
				t.Errorf(".inlet holds %q", left)
			}
		})
	}
}

func TestTakenAwayBeforeTheRename(t *testing.T) {
	c, f := claiming(t)
	if err := c.root.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	if _, err := c.take(f, label{Name: f.path}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("take: %v", err)
	}
	if left, _ := c.listed(ownFolder); len(left) > 0 {
		t.Errorf(".inlet holds %q", left)
	}
}

func TestPutBackOverwritesNothing(t *testing.T) {
	c, f := claiming(t)
	if err := c.root.WriteFile(ownFolder+"/a.csv", []byte("claimed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.putBack(ownFolder+"/a.csv", f.path); err != nil {
		t.Fatal(err)
	}
	if content(t, filepath.Join(c.inbox.Path, "sub", "a.csv")) != "a" || content(t, filepath.Join(c.inbox.Path, "sub", "a~2.csv")) != "claimed" {
		t.Error("bytes were lost")
	}
}

// A sidecar that is written while it is claimed may be half of one: both go back, and are claimed when it is whole.
func TestSidecarWrittenWhileItIsClaimed(t *testing.T) {
	for _, name := range []string{"sub/a.mapping.yaml", "sub/_default.mapping.yaml", "sub/a.yaml", "sub/_default.yaml", "sub/A.mapping.yml"} {
		for _, at := range []Point{Labelled, Claimed} {
			t.Run(name+" "+string(at), func(t *testing.T) {
				c, f := claiming(t)
				abs := filepath.Join(c.inbox.Path, name)
				put(t, abs, "whole")
				info, err := os.Lstat(abs)
				if err != nil {
					t.Fatal(err)
				}
				side := files.IdentityOf(info)
				c.reached = func(p Point) {
					if p == at {
						put(t, abs, "half of something longer")
					}
				}
				if _, err := c.take(f, c.labelFor(f), &side); !errors.Is(err, errMoved) {
					t.Errorf("take: %v", err)
				}
				if content(t, filepath.Join(c.inbox.Path, f.path)) != "a" || content(t, abs) != "half of something longer" {
					t.Error("they are not back")
				}
				if left, _ := c.listed(ownFolder); len(left) > 0 {
					t.Errorf(".inlet holds %q", left)
				}
			})
		}
	}
}

// Two daemons on one inbox: a file goes to one of them.
func TestTwoDaemonsClaimOnce(t *testing.T) {
	in := quick(t.TempDir())
	first, second := watch(t, in), watch(t, in)
	const many = 60
	for i := range many {
		first.put(string(rune('A'+i))+".csv", "x")
	}
	got := map[string]int{}
	for range many {
		select {
		case a := <-first.arrivals:
			got[a.Name]++
		case a := <-second.arrivals:
			got[a.Name]++
		}
	}
	if len(got) != many {
		t.Errorf("%d of %d arrived: %v", len(got), many, got)
	}
	first.nothingMore()
	second.nothingMore()
}

func TestRestartOrderOverInboxes(t *testing.T) {
	one, two := quick(t.TempDir()), quick(t.TempDir())
	two.Name = "two"
	lay := func(in Inbox, id string) {
		put(t, filepath.Join(in.Path, ownFolder, id, labelName), `{"name":"a.csv"}`)
		put(t, filepath.Join(in.Path, ownFolder, id, "a.csv"), id)
	}
	ids := []string{"20200101T000000.000001-0000", "20200101T000000.000002-0000", "20200101T000000.000003-0000"}
	lay(two, ids[0])
	lay(one, ids[1])
	lay(two, ids[2])
	missing := quick("/dev/null/inbox")
	missing.Name = "missing"
	w, err := New(Config{Inboxes: []Inbox{one, two, missing}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(one.Path, "new.csv"), "new")
	got := &watched{T: t, arrivals: make(chan Arrival)}
	got.start(w)
	for _, want := range ids {
		if a := got.next(); a.ID != want {
			t.Errorf("wanted %s, got %+v", want, a)
		}
	}
	if a := got.next(); a.Name != "new.csv" {
		t.Errorf("then %+v", a)
	}
}

// Both mappings of a workbook go back with it.
func TestRivalGoesBackToo(t *testing.T) {
	c, f := claiming(t)
	at := func(name string) string { return filepath.Join(c.inbox.Path, "sub", name) }
	put(t, at("a.mapping.yaml"), "yaml")
	put(t, at("a.mapping.yml"), "yml")
	info, err := os.Lstat(at("a.mapping.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	side := files.IdentityOf(info)
	c.reached = func(p Point) {
		if p == Claimed {
			put(t, at("a.mapping.yaml"), "yaml, written anew")
		}
	}
	if _, err := c.take(f, c.labelFor(f), &side); !errors.Is(err, errMoved) {
		t.Errorf("take: %v", err)
	}
	for name, text := range map[string]string{"a.csv": "a", "a.mapping.yaml": "yaml, written anew", "a.mapping.yml": "yml"} {
		if got := content(t, at(name)); got != text {
			t.Errorf("%s: %q", name, got)
		}
	}
	if left, _ := c.listed(ownFolder); len(left) > 0 {
		t.Errorf(".inlet holds %q", left)
	}
}
