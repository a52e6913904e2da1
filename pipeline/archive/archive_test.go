package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/files"
)

var day = time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)

func put(t testing.TB, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tree is every file under a folder with its content.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		found[rel] = string(content)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

func TestMoveNames(t *testing.T) {
	long := strings.Repeat("å", 125) + ".xlsx" // 255 bytes
	tests := []struct {
		what, name string
		want       []string // the first, second and third file of that name
	}{
		{"plain", "kunder.xlsx", []string{"kunder.xlsx", "kunder~2.xlsx", "kunder~3.xlsx"}},
		{"no ending", "kunder", []string{"kunder", "kunder~2", "kunder~3"}},
		{"dot file", ".xlsx", []string{".xlsx", ".xlsx~2", ".xlsx~3"}},
		{"folders", "a/b/kunder.xlsx", []string{"kunder.xlsx", "kunder~2.xlsx", "kunder~3.xlsx"}},
		{"climbing", "../../etc/passwd", []string{"passwd", "passwd~2", "passwd~3"}},
		{"dots", "..", []string{"unnamed", "unnamed~2", "unnamed~3"}},
		{"empty", "", []string{"unnamed", "unnamed~2", "unnamed~3"}},
		{"newline", "a\nb.xlsx", []string{"a\nb.xlsx", "a\nb~2.xlsx", "a\nb~3.xlsx"}},
		{"invalid UTF-8", "a\xff\xfe.xlsx", []string{"a\xff\xfe.xlsx", "a\xff\xfe~2.xlsx", "a\xff\xfe~3.xlsx"}},
		{"numbered already", "kunder~2.xlsx", []string{"kunder~2.xlsx", "kunder~2~2.xlsx", "kunder~2~3.xlsx"}},
		{"255 bytes", long, []string{long, strings.Repeat("å", 124) + "~2.xlsx", strings.Repeat("å", 124) + "~3.xlsx"}},
		{"255 bytes, no UTF-8", strings.Repeat("\xbf", 255), []string{
			strings.Repeat("\xbf", 255), strings.Repeat("\xbf", 253) + "~2", strings.Repeat("\xbf", 253) + "~3"}},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			dir := t.TempDir()
			want := map[string]string{}
			for i, name := range tt.want {
				content := fmt.Sprint("content ", i)
				got, err := Move(put(t, filepath.Join(dir, "src"), content), filepath.Join(dir, "done"), day, tt.name)
				if err != nil {
					t.Fatal(err)
				}
				want["done/2026-03-04/"+name] = content
				if filepath.Base(got) != name {
					t.Errorf("is at %q, want %q", got, name)
				}
			}
			if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestShortenKeepsWholeCharacters: a name is cut between two characters, or anywhere where it is not UTF-8.
func TestShortenKeepsWholeCharacters(t *testing.T) {
	for _, tt := range []struct {
		text string
		size int
		want string
	}{{"aåå", 3, "aå"}, {"aåå", 2, "a"}, {"a€", 3, "a"}, {"åå", 0, ""}, {"åå", -1, ""}, {"\xbf\xbf\xbf", 2, "\xbf\xbf"}} {
		if got := shorten(tt.text, tt.size); got != tt.want {
			t.Errorf("%q in %d bytes is %q, want %q", tt.text, tt.size, got, tt.want)
		}
	}
}

func TestMoveWithoutDay(t *testing.T) {
	dir := t.TempDir()
	got, err := Move(put(t, dir+"/src", "x"), dir, time.Time{}, "kunder.xlsx")
	if err != nil || got != filepath.Join(dir, "kunder.xlsx") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestMoveRefuses(t *testing.T) {
	dir := t.TempDir()
	plain := put(t, dir+"/plain", "x")
	if err := os.Symlink(plain, dir+"/link"); err != nil {
		t.Fatal(err)
	}
	for what, call := range map[string]struct{ src, dir string }{
		"a link":             {dir + "/link", dir + "/done"},
		"a folder":           {dir, dir + "/done"},
		"nothing":            {dir + "/gone", dir + "/done"},
		"an unmounted disk":  {plain, dir + "/mnt/done"},
		"a file as a folder": {plain, plain},
	} {
		if got, err := Move(call.src, call.dir, day, "a.xlsx"); err == nil {
			t.Errorf("%s: moved to %s", what, got)
		}
	}
	if diff := cmp.Diff(map[string]string{"plain": "x", "link": "x"}, tree(t, dir)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// set puts a workbook with its sidecar into an arrival folder.
func set(t testing.TB, arrival, content string) Set {
	return Set{
		ID:   arrival,
		Name: "kunder.xlsx",
		Files: []File{
			{Name: "kunder.yaml", Src: put(t, arrival+"/kunder.yaml", "version: 1")}, // the same for all
			{Name: "kunder.xlsx.reason.txt", Content: []byte("why " + content)},
			{Src: put(t, arrival+"/kunder.xlsx", content)},
		},
		Sum: sumOfText(content),
	}
}

func TestSetSharesItsNumber(t *testing.T) {
	dir := t.TempDir()
	folder := dir + "/failed/2026-03-04/"
	put(t, folder+"kunder.yaml", "a sidecar alone")
	put(t, folder+"kunder~2.xlsx.reason.txt", "a reason alone")
	want := map[string]string{"kunder.yaml": "a sidecar alone", "kunder~2.xlsx.reason.txt": "a reason alone"}
	for n := 3; n < 5; n++ {
		content := fmt.Sprint("workbook ", n)
		paths, err := set(t, fmt.Sprint(dir, "/", n), content).Place(dir+"/failed", day)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{fmt.Sprintf("kunder~%d.yaml", n), fmt.Sprintf("kunder~%d.xlsx.reason.txt", n), fmt.Sprintf("kunder~%d.xlsx", n)}
		for i, body := range []string{"version: 1", "why " + content, content} {
			want[names[i]] = body
			if paths[i] != folder+names[i] {
				t.Errorf("file %d is at %s, want %s", i, paths[i], names[i])
			}
		}
	}
	if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSetOfLongNameSharesItsStem(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("ö", 125) + ".xlsx"
	s := Set{ID: "1", Name: name, Files: []File{
		{Name: "mapping.yaml", Content: []byte("m")},
		{Name: name + ".reason.txt", Content: []byte("r")},
		{Src: put(t, dir+"/w", "w")},
	}}
	if _, err := s.Place(dir+"/failed", time.Time{}); err != nil {
		t.Fatal(err)
	}
	stem := strings.Repeat("ö", (255-len(".xlsx.reason.txt"))/2)
	want := map[string]string{stem + ".xlsx": "w", stem + ".xlsx.reason.txt": "r", "mapping.yaml": "m"}
	if diff := cmp.Diff(want, tree(t, dir+"/failed")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestMoversOfOneName moves 200 files of one name by two movers, with and without another disk between.
func TestMoversOfOneName(t *testing.T) {
	for _, across := range []bool{false, true} {
		t.Run(fmt.Sprint("across disks ", across), func(t *testing.T) {
			if across {
				otherDisk(t)
			}
			dir := t.TempDir()
			var want []string
			for i := range 200 {
				want = append(want, put(t, fmt.Sprintf("%s/%d/export.xlsx", dir, i), fmt.Sprintf("%03d", i)))
			}
			var movers sync.WaitGroup
			for mover := range 2 {
				movers.Go(func() {
					for i := mover; i < 200; i += 2 {
						if _, err := Move(want[i], dir+"/done", day, "export.xlsx"); err != nil {
							t.Error(err)
						}
					}
				})
			}
			movers.Wait()
			got := slices.Sorted(maps.Values(tree(t, dir)))
			if len(got) != 200 || len(slices.Compact(got)) != 200 {
				t.Errorf("%d files, %d of them different; want 200", len(got), len(slices.Compact(got)))
			}
			if got := len(tree(t, dir+"/done/2026-03-04")); got != 200 {
				t.Errorf("%d in done, want 200", got)
			}
		})
	}
}

// otherDisk makes every rename between folders say what it says between disks.
func otherDisk(t *testing.T) {
	rename = func(old, new string) error {
		return &os.LinkError{Op: "rename", Old: old, New: new, Err: syscall.EXDEV}
	}
	t.Cleanup(func() { rename = files.RenameNew })
}

func TestMoveToAnotherDisk(t *testing.T) {
	shm, err := os.MkdirTemp("/dev/shm", "archive")
	if err != nil {
		t.Skip("no other disk here:", err)
	}
	t.Cleanup(func() { os.RemoveAll(shm) })
	src := put(t, t.TempDir()+"/kunder.xlsx", "workbook")
	when := time.Date(1999, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(src, when, when); err != nil {
		t.Fatal(err)
	}
	put(t, shm+"/done/2026-03-04/kunder.xlsx", "another")
	got, err := Move(src, shm+"/done", day, "kunder.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(got)
	if err != nil || !info.ModTime().Equal(when) || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v: time and rights are not the source's", info, err)
	}
	want := map[string]string{"kunder.xlsx": "another", "kunder~2.xlsx": "workbook"}
	if diff := cmp.Diff(want, tree(t, shm+"/done/2026-03-04")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if ok, err := exists(src); ok || err != nil {
		t.Errorf("the source is still there: %v", err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	for _, step := range []struct{ content, want string }{
		{"one", "a.txt"}, {"one", "a.txt"}, {"two", "a~2.txt"}, {"two", "a~2.txt"}, {"", "a~3.txt"},
	} {
		got, err := Write(dir+"/a.txt", []byte(step.content))
		if err != nil || got != filepath.Join(dir, step.want) {
			t.Errorf("%q is at %s, %v; want %s", step.content, got, err, step.want)
		}
	}
	if diff := cmp.Diff(map[string]string{"a.txt": "one", "a~2.txt": "two", "a~3.txt": ""}, tree(t, dir)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestNameTakenWhileCopied: across disks another program creates a file under the name while the copy is made. The copy goes to the next number.
func TestNameTakenWhileCopied(t *testing.T) {
	actual := rename
	rename = func(old, new string) error {
		return &os.LinkError{Op: "rename", Old: old, New: new, Err: syscall.EXDEV}
	}
	defer func() { rename = actual }()
	dir := t.TempDir()
	s := Set{ID: "id", Name: "kunder.xlsx", Files: []File{{Src: put(t, dir+"/new/kunder.xlsx", "new")}}}
	s.At = func(at Point) {
		if at == Copied {
			if _, err := os.Lstat(dir + "/done/kunder.xlsx"); errors.Is(err, fs.ErrNotExist) {
				put(t, dir+"/done/kunder.xlsx", "another")
			}
		}
	}
	if _, err := s.Place(dir+"/done", time.Time{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"kunder.xlsx": "another", "kunder~2.xlsx": "new"}
	if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
