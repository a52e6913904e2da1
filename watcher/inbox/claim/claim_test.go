package claim

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

const (
	older1 = "20250101T000000.000001-abcd"
	older2 = "20250101T000000.000002-abcd"
)

// must ends a test at the first error.
func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, name, content string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(content), 0o644))
}

// inboxOf is an inbox with some files.
func inboxOf(t *testing.T, content map[string]string) *Folder {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		put(t, filepath.Join(dir, name), text)
	}
	root, err := os.OpenRoot(dir)
	must(t, err)
	t.Cleanup(func() { _ = root.Close() })
	return &Folder{Inbox: "in", Path: dir, Root: root, Extensions: []string{".csv", ".xlsx"}, IDs: NewIDs(), Reached: func(Point) {}}
}

// item is a file of the inbox as it looks now.
func item(t *testing.T, f *Folder, name string) Item {
	t.Helper()
	info, err := f.Root.Lstat(name)
	must(t, err)
	return Item{Path: name, Identity: files.IdentityOf(info), QuietSince: time.Unix(1e9, 0)}
}

// scanned are the Neighbours that a scan of now would see.
type scanned struct {
	identities map[string]files.Identity
	workbooks  map[string]bool
}

func scan(t *testing.T, f *Folder) *scanned {
	t.Helper()
	s := &scanned{map[string]files.Identity{}, map[string]bool{}}
	must(t, fs.WalkDir(f.Root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		s.identities[name], s.workbooks[name] = files.IdentityOf(info), !filename.IsMapping(name) && IgnoredName(name, f.Extensions) == ""
		return err
	}))
	return s
}

func (s *scanned) MaybeMappings(dir string, folded ...string) (names []string) {
	for rel := range s.identities {
		if filepath.Dir(rel) != dir {
			continue
		}
		for _, of := range filename.MaybeOf(filepath.Base(rel)) {
			if slices.Contains(folded, of) {
				names = append(names, filepath.Base(rel))
			}
		}
	}
	return names
}
func (s *scanned) HasWorkbook(rel string) bool { return s.workbooks[rel] }
func (s *scanned) Identity(rel string) (files.Identity, bool) {
	id, ok := s.identities[rel]
	return id, ok
}

// tree is the content of all files of an inbox; ID is in place of the ID of a claim.
func tree(t *testing.T, f *Folder) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, fs.WalkDir(f.Root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if parts := strings.Split(name, "/"); parts[0] == folderName && len(parts) == 3 {
			name = folderName + "/ID/" + parts[2]
		}
		text, err := f.Root.ReadFile(filepath.FromSlash(strings.Replace(name, "ID", claimOf(t, f), 1)))
		if filepath.Base(name) != manifestName {
			all[name] = string(text)
		} else {
			all[name] = "manifest"
		}
		return err
	}))
	return all
}

// claimOf is the ID of the only claim; "" if there is none.
func claimOf(t *testing.T, f *Folder) string {
	t.Helper()
	ids, err := listFolder(f.Root, folderName)
	if errors.Is(err, fs.ErrNotExist) || len(ids) == 0 {
		return ""
	}
	must(t, err)
	if len(ids) > 1 {
		t.Fatalf("claims: %q", ids)
	}
	return ids[0]
}

// Daemons of one inbox start at once, and each makes the folder. What is no folder is said to all of them.
func TestMakeFolderAtOnce(t *testing.T) {
	t.Parallel()
	for name, blocked := range map[string]bool{"a folder": false, "a file in its place": true} {
		t.Run(name, func(t *testing.T) {
			root, err := os.OpenRoot(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			if blocked {
				if err := root.WriteFile(".inlet", nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if err := MakeFolder(root); (err != nil) != blocked {
					t.Errorf("%v", err)
				}
			}
		})
	}
}

// What is where at each point of a claim: a crash there must leave a state that the next start completes.
func TestOrderOfAClaim(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		at    map[Point][]string
	}{
		"own sidecar": {map[string]string{"sub/a.csv": "a", "sub/a.mapping.yaml": "m"}, map[Point][]string{
			Labelled: {".inlet/ID/arrival.json", "sub/a.csv", "sub/a.mapping.yaml"},
			Claimed:  {".inlet/ID/a.csv", ".inlet/ID/arrival.json", "sub/a.mapping.yaml"},
			Paired:   {".inlet/ID/a.csv", ".inlet/ID/a.mapping.yaml", ".inlet/ID/arrival.json"},
		}},
		"default": {map[string]string{"sub/a.csv": "a", "_default.mapping.yaml": "m"}, map[Point][]string{
			Labelled: {".inlet/ID/arrival.json", "_default.mapping.yaml", "sub/a.csv"},
			Claimed:  {".inlet/ID/a.csv", ".inlet/ID/arrival.json", "_default.mapping.yaml"},
			Paired:   {".inlet/ID/_default.mapping.yaml", ".inlet/ID/a.csv", ".inlet/ID/arrival.json", "_default.mapping.yaml"},
		}},
		"two sidecars": {map[string]string{"a.csv": "a", "a.mapping.yaml": "m", "a.mapping.yml": "r"}, map[Point][]string{
			Labelled: {".inlet/ID/arrival.json", "a.csv", "a.mapping.yaml", "a.mapping.yml"},
			Claimed:  {".inlet/ID/a.csv", ".inlet/ID/arrival.json", "a.mapping.yaml", "a.mapping.yml"},
			Paired:   {".inlet/ID/a.csv", ".inlet/ID/a.mapping.yaml", ".inlet/ID/a.mapping.yml", ".inlet/ID/arrival.json"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := inboxOf(t, c.files)
			f.Neighbours = scan(t, f)
			got := map[Point][]string{}
			f.Reached = func(p Point) { got[p] = slices.Sorted(maps.Keys(tree(t, f))) }
			workbook := slices.Sorted(maps.Keys(c.files))[slices.IndexFunc(slices.Sorted(maps.Keys(c.files)), func(n string) bool { return strings.HasSuffix(n, ".csv") })]
			a, err := f.Claim(t.Context(), item(t, f, workbook))
			must(t, err)
			if diff := cmp.Diff(c.at, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if a.Name != workbook || a.ID != claimOf(t, f) || a.Dir != Dir(f.Path, a.ID) || a.Readable() != nil || a.Gone() || !a.Seen.Equal(time.Unix(1e9, 0)) {
				t.Errorf("claimed %+v", a)
			}
		})
	}
}

// The same at each point of a claim that is undone: the sidecars are back before the workbook, so that a claim whose workbook is there can always be
// completed.
func TestOrderOfGivingBack(t *testing.T) {
	all := map[string]string{"sub/a.csv": "a", "sub/a.mapping.yaml": "m", "sub/a.mapping.yml": "r"}
	for _, blocked := range []string{"a.mapping.yml", "a.mapping.yaml", "a.csv"} {
		t.Run(blocked, func(t *testing.T) {
			f := inboxOf(t, all)
			f.Neighbours = scan(t, f)
			f.Reached = func(p Point) {
				if p == Paired { // nothing can be moved back from here on
					must(t, f.Root.Remove(folderName+"/"+claimOf(t, f)+"/"+blocked))
				}
				if p == Claimed {
					must(t, f.Root.WriteFile("sub/a.mapping.yaml", []byte("half of it"), 0o600))
				}
			}
			_, err := f.Claim(t.Context(), item(t, f, "sub/a.csv"))
			got := tree(t, f)
			delete(got, ".inlet/ID/arrival.json")
			want := map[string]map[string]string{
				// the first to go back is missing: nothing has moved
				"a.mapping.yml": {".inlet/ID/a.csv": "a", ".inlet/ID/a.mapping.yaml": "half of it"},
				// a missing sidecar was removed by a person, so no change of it is seen: the claim is valid
				"a.mapping.yaml": {".inlet/ID/a.csv": "a", ".inlet/ID/a.mapping.yml": "r"},
				"a.csv":          {"sub/a.mapping.yaml": "half of it", "sub/a.mapping.yml": "r"},
			}[blocked]
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			_, incomplete := errors.AsType[*Incomplete](err)
			if incomplete != (blocked != "a.mapping.yaml") {
				t.Errorf("Claim: %v", err)
			}
		})
	}
}

// A sidecar that is written while it is claimed may be half of one: all files go back, and are claimed when it is complete.
func TestSidecarThatGrows(t *testing.T) {
	for _, side := range []string{"sub/a.mapping.yaml", "sub/_default.mapping.yaml", "sub/a.yaml", "sub/_default.yaml", "sub/A.mapping.yml"} {
		for _, at := range []Point{Labelled, Claimed} {
			t.Run(side+" "+string(at), func(t *testing.T) {
				f := inboxOf(t, map[string]string{"sub/a.csv": "a", side: "half"})
				f.Neighbours = scan(t, f)
				f.Reached = func(p Point) {
					if p == at {
						must(t, f.Root.WriteFile(side, []byte("half, and more"), 0o600))
					}
				}
				if _, err := f.Claim(t.Context(), item(t, f, "sub/a.csv")); !errors.Is(err, ErrChanged) {
					t.Errorf("Claim: %v", err)
				}
				if diff := cmp.Diff(map[string]string{"sub/a.csv": "a", side: "half, and more"}, tree(t, f)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
	t.Run("second sidecar goes back too", func(t *testing.T) {
		f := inboxOf(t, map[string]string{"a.csv": "a", "a.mapping.yaml": "yaml", "a.mapping.yml": "yml"})
		f.Neighbours = scan(t, f)
		f.Reached = func(p Point) {
			if p == Claimed {
				must(t, f.Root.WriteFile("a.mapping.yaml", []byte("yaml, and more"), 0o600))
			}
		}
		if _, err := f.Claim(t.Context(), item(t, f, "a.csv")); !errors.Is(err, ErrChanged) {
			t.Errorf("Claim: %v", err)
		}
		if diff := cmp.Diff(map[string]string{"a.csv": "a", "a.mapping.yaml": "yaml, and more", "a.mapping.yml": "yml"}, tree(t, f)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("replaced", func(t *testing.T) { // by a rename, with the same size and time
		f := inboxOf(t, map[string]string{"a.csv": "a", "a.mapping.yaml": "one", "temp": "two"})
		at := time.Unix(1e9, 0)
		must(t, f.Root.Chtimes("a.mapping.yaml", at, at), f.Root.Chtimes("temp", at, at))
		f.Neighbours = scan(t, f)
		f.Reached = func(p Point) {
			if p == Claimed {
				must(t, f.Root.Rename("temp", "a.mapping.yaml"))
			}
		}
		if _, err := f.Claim(t.Context(), item(t, f, "a.csv")); !errors.Is(err, ErrChanged) {
			t.Errorf("Claim: %v", err)
		}
	})
	t.Run("as it was", func(t *testing.T) {
		f := inboxOf(t, map[string]string{"a.csv": "a", "a.mapping.yaml": "whole"})
		f.Neighbours = scan(t, f)
		if a, err := f.Claim(t.Context(), item(t, f, "a.csv")); err != nil || a.Sidecar == "" {
			t.Errorf("Claim: %+v, %v", a, err)
		}
	})
}

// What is moved is compared with what was seen: a file that took its place goes back.
func TestWorkbookReplaced(t *testing.T) {
	for name, replace := range map[string]func(name string) error{
		"link":   func(name string) error { return errors.Join(os.Remove(name), os.Symlink("/etc/passwd", name)) },
		"folder": func(name string) error { return errors.Join(os.Remove(name), os.Mkdir(name, 0o700)) },
		"newer": func(name string) error {
			return errors.Join(os.Remove(name), os.WriteFile(name, []byte("newer"), 0o600))
		},
		"longer":    func(name string) error { return os.WriteFile(name, []byte("longer"), 0o600) },
		"other":     func(name string) error { return os.Chtimes(name, time.Time{}, time.Unix(1e9, 0)) },
		"two names": func(name string) error { return os.Link(name, name+"2") },
	} {
		t.Run(name, func(t *testing.T) {
			f := inboxOf(t, map[string]string{"sub/a.csv": "a"})
			it, abs := item(t, f, "sub/a.csv"), filepath.Join(f.Path, "sub/a.csv")
			must(t, replace(abs))
			before, err := os.Lstat(abs)
			must(t, err)
			if _, err := f.Claim(t.Context(), it); !errors.Is(err, ErrChanged) {
				t.Errorf("Claim: %v", err)
			}
			if after, err := os.Lstat(abs); err != nil || !os.SameFile(before, after) {
				t.Errorf("it is not back: %v", err)
			}
			if id := claimOf(t, f); id != "" {
				t.Errorf("claim %s is left", id)
			}
		})
	}
	t.Run("removed", func(t *testing.T) {
		f := inboxOf(t, map[string]string{"a.csv": "a"})
		it := item(t, f, "a.csv")
		must(t, f.Root.Remove("a.csv"))
		_, err := f.Claim(t.Context(), it)
		if _, ok := errors.AsType[*NotMovable](err); !ok || !errors.Is(err, fs.ErrNotExist) || claimOf(t, f) != "" {
			t.Errorf("Claim: %v", err)
		}
	})
	t.Run("its name is taken again", func(t *testing.T) {
		f := inboxOf(t, map[string]string{"a.csv": "newer"})
		it := item(t, f, "a.csv")
		it.Identity.Size++
		f.Reached = func(p Point) {
			if p == Claimed {
				must(t, f.Root.WriteFile("a.csv", []byte("newest"), 0o600))
			}
		}
		if _, err := f.Claim(t.Context(), it); !errors.Is(err, ErrChanged) {
			t.Errorf("Claim: %v", err)
		}
		if diff := cmp.Diff(map[string]string{"a.csv": "newest", "a~2.csv": "newer"}, tree(t, f)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A claim that a crash left at any point is completed, or removed where nothing was claimed; what a person put there stays.
func TestRecover(t *testing.T) {
	const dir = ".inlet/" + older1 + "/"
	manifest := func(more string) string { return `{"name":"sub/a.csv","seen":"2025-01-01T00:00:00Z"` + more + `}` }
	for name, c := range map[string]struct {
		files   map[string]string
		arrives bool
		sidecar string
		removed bool // the claim
	}{
		"manifest half written":  {map[string]string{dir + "arrival.json.part": "{"}, false, "", true},
		"manifest written":       {map[string]string{dir + "arrival.json": manifest(""), "sub/a.csv": "a"}, false, "", true},
		"archived, mapping left": {map[string]string{dir + "arrival.json": manifest(""), dir + "a.mapping.yaml": "m"}, false, "", false},
		"workbook moved":         {map[string]string{dir + "arrival.json": manifest(""), dir + "a.csv": "a"}, true, "", false},
		"sidecar not moved":      {map[string]string{dir + "arrival.json": manifest(`,"sidecar":"sub/a.mapping.yaml"`), dir + "a.csv": "a", "sub/a.mapping.yaml": "m"}, true, "m", false},
		"sidecar removed":        {map[string]string{dir + "arrival.json": manifest(`,"sidecar":"sub/a.mapping.yaml"`), dir + "a.csv": "a", "_default.mapping.yaml": "d"}, true, "d", false},
		"manifest lost":          {map[string]string{dir + "a.csv": "a", dir + "a.mapping.yaml": "m", "a.mapping.yaml": "of the next"}, true, "m", false},
		"manifest lost, yml":     {map[string]string{dir + "a.csv": "a", dir + "a.mapping.yml": "m", "a.mapping.yaml": "of the next"}, true, "m", false},
		"manifest not JSON":      {map[string]string{dir + "a.csv": "a", dir + "arrival.json": "{"}, true, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := inboxOf(t, c.files)
			r, err := Recover(t.Context(), f, nil, func(string) bool { return false })
			found := r.Arrivals
			if err != nil || len(r.Incomplete) > 0 || len(r.Foreign) > 0 || (len(found) == 1) != c.arrives {
				t.Fatalf("found %+v, %v", r, err)
			}
			if got := claimOf(t, f) == ""; got != c.removed {
				t.Errorf("the claim was removed: %v", got)
			}
			if !c.arrives {
				return
			}
			if a := found[0]; a.ID != older1 || a.Sidecar != "" != (c.sidecar != "") || a.Readable() != nil {
				t.Errorf("found %+v", a)
			}
			if c.sidecar != "" {
				text, err := os.ReadFile(found[0].Sidecar)
				if must(t, err); string(text) != c.sidecar {
					t.Errorf("its sidecar says %q", text)
				}
			}
			if next := f.IDs.next(); next <= older1 {
				t.Errorf("the next ID is %s", next)
			}
		})
	}
}

// A link in the place of a mapping that was claimed leads elsewhere: the claim is left to a person.
func TestRecoverOpensNoLinkedMapping(t *testing.T) {
	for _, c := range []struct{ label, link string }{
		{`{"name":"a.csv","sidecar":"a.mapping.yaml"}`, "a.mapping.yaml"},
		{`{"name":"a.csv","sidecar":"a.mapping.yaml","rival":"a.mapping.yml"}`, "a.mapping.yml"},
	} {
		t.Run(c.link, func(t *testing.T) {
			const dir = ".inlet/" + older1 + "/"
			f := inboxOf(t, map[string]string{dir + "arrival.json": c.label, dir + "a.csv": "a"})
			if c.link != "a.mapping.yaml" {
				put(t, filepath.Join(f.Path, dir, "a.mapping.yaml"), "m")
			}
			must(t, os.Symlink("/etc/passwd", filepath.Join(f.Path, dir, c.link)))
			r, err := Recover(t.Context(), f, nil, func(string) bool { return false })
			if err != nil || len(r.Arrivals) > 0 || len(r.Incomplete) > 0 || len(r.Foreign) != 1 {
				t.Errorf("found %+v, %v", r, err)
			}
		})
	}
}

// The mapping that was chosen is renamed while its workbook is claimed, after the last scan: it is found under its new name.
func TestMappingRenamedDuringTheClaim(t *testing.T) {
	f := inboxOf(t, map[string]string{"sub/a.csv": "a", "sub/a.mapping.yaml": "m"})
	f.Neighbours = scan(t, f)
	f.Reached = func(p Point) {
		if p == Labelled {
			must(t, f.Root.Rename("sub/a.mapping.yaml", "sub/A.yaml"))
		}
	}
	a, err := f.Claim(t.Context(), item(t, f, "sub/a.csv"))
	if err != nil || filepath.Base(a.Sidecar) != "A.yaml" || !a.Near {
		t.Errorf("claimed %+v, %v", a, err)
	}
}

// Names that are not UTF-8 survive a restart.
func TestManifestKeepsOddNames(t *testing.T) {
	f := inboxOf(t, map[string]string{".inlet/" + older1 + "/arrival.json": ""})
	want := manifest{Name: "sub/a\xff.csv", choice: choice{Sidecar: "sub/a\xff.mapping.yaml", Rival: "sub/a\xff.mapping.yml"}}
	must(t, want.write(f.Root, ".inlet/"+older1))
	got, err := readManifest(f.Root, ".inlet/"+older1)
	if err != nil || got.Name != want.Name || got.choice != want.choice {
		t.Errorf("%+v, %v", got, err)
	}
}

// Claims that the caller knows are left alone, and all others come in their order.
func TestRecoverInOrder(t *testing.T) {
	f := inboxOf(t, map[string]string{".inlet/" + older2 + "/b.csv": "b", ".inlet/" + older1 + "/z.csv": "z", ".inlet/notes/c.csv": "not a claim"})
	r, err := Recover(t.Context(), f, nil, func(string) bool { return false })
	if found := r.Arrivals; err != nil || len(found) != 2 || found[0].ID != older1 || found[1].ID != older2 {
		t.Errorf("found %+v, %v", found, err)
	}
	if r, err := Recover(t.Context(), f, nil, func(id string) bool { return id == older1 }); err != nil || len(r.Arrivals) != 1 || r.Arrivals[0].ID != older2 {
		t.Errorf("found %+v, %v", r, err)
	}
}

// A claim is removed only when its workbook is archived, and only with what inlet put there.
func TestRemove(t *testing.T) {
	f := inboxOf(t, map[string]string{"a.csv": "a"})
	a, err := f.Claim(t.Context(), item(t, f, "a.csv"))
	must(t, err)
	if err := a.Remove(); err == nil || claimOf(t, f) == "" {
		t.Errorf("removed with its workbook: %v", err)
	}
	if all, err := List(f.Path); err != nil || len(all) != 1 || all[0] != (Claim{ID: a.ID, Name: "a.csv", Seen: a.Seen}) {
		t.Errorf("listed %+v, %v", all, err)
	}
	must(t, os.Remove(a.Workbook))
	if all, err := List(f.Path); err != nil || len(all) != 0 || !errors.Is(a.Readable(), fs.ErrNotExist) {
		t.Errorf("then listed %+v, %v", all, err)
	}
	for range 2 {
		must(t, a.Remove())
	}
	if claimOf(t, f) != "" || !a.Gone() {
		t.Error("it is still there")
	}
	if a.Disk = "another disk"; a.Gone() {
		t.Error("a claim on a disk that is not mounted now is gone for good")
	}
}

// The mapping of a family of names stays in the inbox, holds before the default of the folder, and not for the workbooks of another family.
func TestFamilyMapping(t *testing.T) {
	for book, want := range map[string]string{"kunder_1.csv": "_default.kunder.mapping.yaml", "KUNDER 2.csv": "_default.kunder.mapping.yaml", "mässan.csv": "_default.mapping.yaml",
		"own_kunder.csv": "own_kunder.mapping.yaml"} {
		f := inboxOf(t, map[string]string{book: "a", "_default.kunder.mapping.yaml": "family", "_default.mapping.yaml": "all", "own_kunder.mapping.yaml": "own"})
		a, err := f.Claim(t.Context(), item(t, f, book))
		if err != nil || filepath.Base(a.Sidecar) != want || a.Near || a.Rival != "" {
			t.Errorf("%s is claimed with %q (%v), want %q", book, a.Sidecar, err, want)
		}
		if _, err := f.Root.Lstat("_default.kunder.mapping.yaml"); err != nil {
			t.Errorf("the mapping of the family did not stay: %v", err)
		}
	}
}
