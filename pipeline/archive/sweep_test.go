package archive

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/files"
)

func TestSweepRemovesOnlyWhatIsOursAndOld(t *testing.T) {
	dir := t.TempDir()
	old, young := ".inlet-"+rand.Text()+".tmp", ".inlet-"+rand.Text()+".tmp"
	inWork, given := ".inlet-0123456789abcdef01234567.number", ".inlet-76543210fedcba9876543210.number"
	keep := []string{
		young, "2026-03-04/" + young, // it may still be written
		"kunder.xlsx", ".inlet-abc.tmp", old + ".xlsx", "x" + old, inWork, "2026-03-04/kunder.tmp",
		"not-a-day/" + old, "2026-03-04/sub/" + old,
	}
	for _, name := range append([]string{old, "2026-03-04/" + old, given}, keep...) {
		put(t, dir+"/"+name, "1\nid of "+name)
		if !slices.Contains(keep[:2], name) {
			hours := time.Now().Add(-2 * time.Hour)
			if err := os.Chtimes(dir+"/"+name, hours, hours); err != nil {
				t.Fatal(err)
			}
		}
	}
	moving := func(id string) bool { return id == "id of "+inWork }
	if n, err := Sweep(dir, moving); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	slices.Sort(keep)
	if diff := cmp.Diff(keep, slices.Sorted(maps.Keys(tree(t, dir)))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n, err := Sweep(dir+"/missing", moving); n != 0 || err != nil {
		t.Errorf("of no folder: %d, %v", n, err)
	}
}

// What fill leaves is what Sweep looks for.
func TestSweepKnowsItsOwn(t *testing.T) {
	temp, err := files.WriteTemp(t.TempDir()+"/kunder.xlsx", strings.NewReader("half"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(temp)
	if err != nil || !temporary.MatchString(info.Name()) {
		t.Errorf("%q, %v", temp, err)
	}
}

// A first call gets the number that any other would, and passes over names that are taken.
func TestFirstCallTakesTheSameNumber(t *testing.T) {
	dir := t.TempDir()
	for n, want := range []string{"kunder.xlsx", "kunder~2.xlsx", "kunder~3.xlsx"} {
		s := set(t, fmt.Sprint(dir, "/", n), fmt.Sprint("content ", n))
		s.First = true
		paths, err := s.Place(dir+"/failed", time.Time{})
		if err != nil || paths[2] != dir+"/failed/"+want {
			t.Errorf("%v, %v", paths, err)
		}
	}
	if found := tree(t, dir+"/failed"); len(found) != 9 {
		t.Errorf("in the folder are %v", slices.Sorted(maps.Keys(found)))
	}
}

func TestMissingFileIsReported(t *testing.T) {
	dir := t.TempDir()
	s := set(t, dir+"/a", "a")
	if err := os.RemoveAll(dir + "/a"); err != nil {
		t.Fatal(err)
	}
	for _, first := range []bool{true, false} {
		s.First = first
		if _, err := s.Place(dir+"/done", day); !errors.Is(err, ErrMissing) || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("first %v: %v", first, err)
		}
	}
	s = set(t, dir+"/b", "b")
	if _, err := s.Place(dir+"/mnt/done", day); err == nil || errors.Is(err, ErrMissing) {
		t.Errorf("the folder is missing, not the file: %v", err)
	}
}
