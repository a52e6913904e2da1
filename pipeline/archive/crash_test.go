package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/files"
)

func sumOfText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// TestCrash kills the process at every point of the way of a set, one after the other, and repeats the call. A workbook
// of the same name with the same sidecar exists already, and a third set comes in between the kill and the repeat.
func TestCrash(t *testing.T) {
	for _, across := range []bool{false, true} {
		for killed, at := true, 0; killed; at++ {
			t.Run(fmt.Sprintf("across disks %v, point %d", across, at), func(t *testing.T) {
				killed = crash(t, across, at)
			})
		}
	}
}

// crash reports whether the process was killed: it is not where the way has no more points.
func crash(t *testing.T, across bool, at int) bool {
	dir := t.TempDir()
	if _, err := set(t, dir+"/old", "old").Place(dir+"/done", day); err != nil {
		t.Fatal(err)
	}
	s := set(t, dir+"/new", "new")
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "ARCHIVE_DIR="+dir, fmt.Sprint("ARCHIVE_ACROSS=", across), fmt.Sprint("ARCHIVE_AT=", at))
	out, err := cmd.CombinedOutput()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); err != nil && (!ok || !status.Signaled()) {
		t.Fatalf("%v\n%s", err, out)
	}
	whole(t, dir)
	between := set(t, dir+"/between", "between")
	between.Files = between.Files[2:] // a workbook without a sidecar
	if _, err := between.Place(dir+"/done", day); err != nil {
		t.Fatal(err)
	}
	paths, repeat := s.Place(dir+"/done", day)
	if repeat != nil {
		t.Fatal(repeat)
	}
	for i, name := range []string{"kunder~2.yaml", "kunder~2.xlsx.reason.txt", "kunder~2.xlsx"} {
		if filepath.Base(paths[i]) != name {
			t.Errorf("is at %s, want %s", paths[i], name)
		}
	}
	settled(t, dir)
	return err != nil
}

// whole wants the workbook's bytes at the instant after the kill, under the old name or the new.
func whole(t *testing.T, dir string) {
	found := tree(t, dir)
	if found["new/kunder.xlsx"] != "new" && found["done/2026-03-04/kunder~2.xlsx"] != "new" {
		t.Errorf("the workbook is nowhere: %v", found)
	}
}

// settled wants each of three workbooks, three sidecars and two reasons once, and no traces but half copies. The third
// sidecar is that of the set that came between: it was no part of the call and stays where it was.
func settled(t *testing.T, dir string) {
	count := map[string]int{}
	for name, content := range tree(t, dir) {
		if filepath.Ext(name) != ".tmp" {
			count[content]++
		}
	}
	want := map[string]int{"old": 1, "new": 1, "between": 1, "version: 1": 3, "why old": 1, "why new": 1}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestKilled is the process that is killed.
func TestKilled(t *testing.T) {
	dir := os.Getenv("ARCHIVE_DIR")
	if dir == "" {
		t.Skip("run by TestCrash")
	}
	if os.Getenv("ARCHIVE_ACROSS") == "true" {
		otherDisk(t)
	}
	left, err := strconv.Atoi(os.Getenv("ARCHIVE_AT"))
	if err != nil {
		t.Fatal(err)
	}
	s := Set{ID: dir + "/new", Name: "kunder.xlsx", Sum: sumOfText("new"), Files: []File{
		{Name: "kunder.yaml", Src: dir + "/new/kunder.yaml"},
		{Name: "kunder.xlsx.reason.txt", Content: []byte("why new")},
		{Src: dir + "/new/kunder.xlsx"},
	}}
	s.At = func(Point) {
		if left--; left < 0 {
			if p, err := os.FindProcess(os.Getpid()); err == nil {
				_ = p.Kill()
			}
			select {} // the signal is on its way
		}
	}
	if _, err := s.Place(dir+"/done", day); err != nil {
		t.Fatal(err)
	}
}

// TestNameTakenMidway: another program takes a name of a set that is being placed. All of the set goes to the next number, also where the process is
// killed, and killed again under the next number.
func TestNameTakenMidway(t *testing.T) {
	for kills := range 3 {
		t.Run(fmt.Sprint(kills, " kills"), func(t *testing.T) {
			dir := t.TempDir()
			s := set(t, dir+"/new", "new")
			moved := 0
			s.At = func(at Point) {
				if at == Moved {
					if moved++; moved == 2 {
						put(t, dir+"/done/kunder.xlsx", "another program's")
					}
				}
			}
			if kills > 0 {
				placeUntil(t, dir+"/done", s, Moved, 2)
			}
			if kills > 1 {
				placeUntil(t, dir+"/done", s, Moved, 3) // the first two are still under the first number
			}
			if _, err := s.Place(dir+"/done", time.Time{}); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"kunder.xlsx": "another program's", "kunder~2.xlsx": "new", "kunder~2.yaml": "version: 1",
				"kunder~2.xlsx.reason.txt": "why new"}
			if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestNameTakenAfterTheReservation: a file of another program that gets one of the names is not taken for one of the set, although its bytes are the
// same.
func TestNameTakenAfterTheReservation(t *testing.T) {
	for name, content := range map[string]string{"kunder.yaml": "version: 1", "kunder.xlsx.reason.txt": "why new", "kunder.xlsx": "new"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := set(t, dir+"/new", "new")
			once := sync.OnceFunc(func() { put(t, dir+"/done/"+name, content) })
			s.At = func(at Point) {
				if at == Reserved {
					once()
				}
			}
			if _, err := s.Place(dir+"/done", time.Time{}); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{name: content, "kunder~2.xlsx": "new", "kunder~2.yaml": "version: 1", "kunder~2.xlsx.reason.txt": "why new"}
			if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestNameTakenBeforeTheKill: a file that has moved to a number that was given up is not confused with another program's under the next number.
func TestNameTakenBeforeTheKill(t *testing.T) {
	dir := t.TempDir()
	s := set(t, dir+"/new", "new")
	reserved := 0
	s.At = func(at Point) {
		switch at {
		case Moved:
			if _, err := os.Lstat(dir + "/done/kunder.xlsx"); errors.Is(err, fs.ErrNotExist) {
				put(t, dir+"/done/kunder.xlsx", "another program's")
			}
		case Reserved:
			if reserved++; reserved == 2 {
				put(t, dir+"/done/kunder~2.yaml", "another program's mapping")
			}
		}
	}
	placeUntil(t, dir+"/done", s, Reserved, 2)
	s.At = nil
	if _, err := s.Place(dir+"/done", time.Time{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"kunder.xlsx": "another program's", "kunder~2.yaml": "another program's mapping",
		"kunder~3.xlsx": "new", "kunder~3.yaml": "version: 1", "kunder~3.xlsx.reason.txt": "why new"}
	if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestOtherProgramsAmongTheMoves: other programs take names of a set at any points of its way, and the process is killed at any point and repeats the call.
// Each file of theirs stays what and where it is, and the set is whole under one number.
func TestOtherProgramsAmongTheMoves(t *testing.T) {
	const rounds = 400
	for _, across := range []bool{false, true} {
		t.Run(fmt.Sprint("across disks ", across), func(t *testing.T) {
			if across { // from the claim to the folder, not within it
				otherDisk(t)
				far := rename
				rename = func(old, new string) error {
					if filepath.Dir(old) == filepath.Dir(new) {
						return files.RenameNew(old, new)
					}
					return far(old, new)
				}
			}
			r := rand.New(rand.NewPCG(1, 2))
			for round := 0; round < rounds && !t.Failed(); round++ {
				disturbed(t, r)
			}
		})
	}
}

// disturbed places one set, with up to three files of other programs and two kills at points of its way.
func disturbed(t *testing.T, r *rand.Rand) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	s := set(t, dir+"/new", "new")
	want := map[string]string{}
	begins, dies := map[int][]string{}, map[int]bool{}
	for range 1 + r.IntN(3) {
		of := namesOf(s).of(r.IntN(len(s.Files)), 1+r.IntN(3))
		at := r.IntN(16)
		begins[at] = append(begins[at], of)
	}
	for range r.IntN(3) {
		dies[r.IntN(20)] = true
	}
	passed := 0
	s.At = func(Point) {
		for _, name := range begins[passed] {
			path := dir + "/done/" + name
			if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
				want[name] = fmt.Sprintf("another program's at point %d", passed)
				put(t, path, want[name])
			}
		}
		if passed++; dies[passed] {
			panic("killed")
		}
	}
	var paths []string
	for paths == nil {
		func() {
			defer func() { _ = recover() }()
			if paths, err = s.Place(dir+"/done", time.Time{}); err != nil {
				t.Errorf("points %v, kills %v: %v", begins, dies, err)
				paths = []string{}
			}
		}()
	}
	for i, path := range paths {
		want[filepath.Base(path)] = []string{"version: 1", "why new", "new"}[i]
	}
	got := tree(t, dir+"/done")
	maps.DeleteFunc(got, func(name, _ string) bool { return temporary.MatchString(name) }) // of a process that was killed
	if diff := cmp.Diff(want, got); diff != "" || len(tree(t, dir+"/new")) > 0 {
		t.Errorf("points %v, kills %v, left %v: -want +got:\n%s", begins, dies, tree(t, dir+"/new"), diff)
	}
}

// TestRepeatKeepsItsNumber: a set that was interrupted under number 2 goes on there, although the name without a number is free by now. The next set
// may have that one.
func TestRepeatKeepsItsNumber(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/done/kunder.xlsx", "old")
	s := set(t, dir+"/new", "new")
	placeUntil(t, dir+"/done", s, Moved, 1)
	if err := os.Remove(dir + "/done/kunder.xlsx"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Place(dir+"/done", time.Time{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"kunder~2.xlsx": "new", "kunder~2.yaml": "version: 1", "kunder~2.xlsx.reason.txt": "why new"}
	if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestRepeatAfterTheEnd repeats a call that had ended without its caller's knowledge.
func TestRepeatAfterTheEnd(t *testing.T) {
	dir := t.TempDir()
	s := set(t, dir+"/new", "new")
	put(t, dir+"/done/kunder.xlsx", "other")
	first, err := s.Place(dir+"/done", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir + "/done/kunder.xlsx"); err != nil { // by a person; the numbers have a gap now
		t.Fatal(err)
	}
	put(t, dir+"/done/personer.xlsx", "of another name")
	again, err := s.Place(dir+"/done", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("-first +again:\n%s", diff)
	}
	s.Sum = ""
	if paths, err := s.Place(dir+"/done", time.Time{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a sum: %v, %v", paths, err)
	}
}

// TestRepeatFindsItsWholeSet: a workbook of the same bytes that was archived without a sidecar is not the one of a set with a sidecar.
func TestRepeatFindsItsWholeSet(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/done/kunder.xlsx", "same")
	s := set(t, dir+"/new", "same")
	first, err := s.Place(dir+"/done", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Place(dir+"/done", time.Time{})
	if diff := cmp.Diff(first, again); diff != "" || err != nil {
		t.Errorf("%v, -first +again:\n%s", err, diff)
	}
}

// TestReservationOfAnotherName: a file that comes from the same path under another name does not continue under the number of the first.
func TestReservationOfAnotherName(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/done/kunder.xlsx", "old")
	src := put(t, dir+"/upload", "one")
	placeUntil(t, dir+"/done", Set{ID: src, Name: "kunder.xlsx", Files: []File{{Src: src}}}, Finished, 1)
	got, err := Move(put(t, src, "two"), dir+"/done", time.Time{}, "personer.xlsx")
	if err != nil || filepath.Base(got) != "personer.xlsx" {
		t.Errorf("it is at %s, %v", got, err)
	}
}

// placeUntil places a set and is killed when it reaches a point for the nth time.
func placeUntil(t *testing.T, dir string, s Set, point Point, n int) {
	t.Helper()
	before := s.At
	s.At = func(at Point) {
		if before != nil {
			before(at)
		}
		if at == point {
			if n--; n == 0 {
				panic("killed")
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Errorf("the set does not reach %q", point)
		}
	}()
	_, _ = s.Place(dir, time.Time{})
}

// TestReservationOutlivesItsCall leaves a reservation whose call had ended, and moves another file from the same place.
func TestReservationOutlivesItsCall(t *testing.T) {
	dir := t.TempDir()
	src := put(t, dir+"/kunder.xlsx", "one")
	placeUntil(t, dir+"/done", Set{ID: src, Name: "kunder.xlsx", Files: []File{{Src: src}}}, Finished, 1)
	if _, err := Move(put(t, src, "two"), dir+"/done", time.Time{}, "kunder.xlsx"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"kunder.xlsx": "one", "kunder~2.xlsx": "two"}
	if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestKeptNumber places a set whose bytes are in the folder already, repeats that as after a crash before the caller's note, and gives the
// number back.
func TestKeptNumber(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"kunder.xlsx", "kunder~7.xlsx"} { // with a number of ours, and one that belongs to the name
		put(t, dir+"/done/"+name, "same")
		s := Set{ID: "second " + name, Name: name, Sum: sumOfText("same"), Keep: true, Files: []File{{Src: put(t, dir+"/new/"+name, "same")}}}
		first, err := s.Place(dir+"/done", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if err := (Set{ID: "another", Name: name, Files: s.Files}).Release(first[0]); err != nil { // not its own
			t.Fatal(err)
		}
		again, err := s.Place(dir+"/done", time.Time{})
		if diff := cmp.Diff(first, again); diff != "" || err != nil {
			t.Errorf("%v, -first +again:\n%s", err, diff)
		}
		for range 2 {
			if err := s.Release(first[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	left, err := filepath.Glob(dir + "/done/.inlet-*")
	if len(left) > 0 || err != nil {
		t.Errorf("reserved for ever: %v %v", left, err)
	}
	want := map[string]string{"kunder.xlsx": "same", "kunder~2.xlsx": "same", "kunder~7.xlsx": "same", "kunder~7~2.xlsx": "same"}
	if diff := cmp.Diff(want, tree(t, dir+"/done")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
