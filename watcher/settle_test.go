package watcher

import (
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// A story of looks at one file, and what settle says of it after each step.
func TestSettle(t *testing.T) {
	const quiet = 2 * time.Second
	type step struct {
		after time.Duration
		do    func(s *settle)
		whole bool
	}
	look := func(m files.Identity) func(*settle) { return func(s *settle) { s.look("a.xlsx", m, true) } }
	heard := func(s *settle) { s.heard("a.xlsx") }
	nothing := func(*settle) {}
	old, future := time.Unix(0, 0).UnixNano(), time.Now().AddDate(70, 0, 0).UnixNano()
	for name, steps := range map[string][]step{
		"quiet":             {{0, look(files.Identity{Size: 1}), false}, {1999 * time.Millisecond, nothing, false}, {time.Millisecond, nothing, true}},
		"never seen":        {{time.Hour, nothing, false}},
		"still growing":     {{0, look(files.Identity{Size: 1}), false}, {time.Second, look(files.Identity{Size: 2}), false}, {1999 * time.Millisecond, nothing, false}, {time.Millisecond, nothing, true}},
		"looked at, same":   {{0, look(files.Identity{Size: 1}), false}, {time.Second, look(files.Identity{Size: 1}), false}, {time.Second, nothing, true}},
		"heard, same":       {{0, look(files.Identity{Size: 1}), false}, {time.Second, heard, false}, {time.Second, nothing, false}, {time.Second, nothing, true}},
		"other inode":       {{0, look(files.Identity{Inode: 1}), false}, {3 * time.Second, look(files.Identity{Inode: 2}), false}, {quiet, nothing, true}},
		"mtime of 1970":     {{0, look(files.Identity{ModTime: old}), false}, {quiet, look(files.Identity{ModTime: old}), true}},
		"mtime of 2099":     {{0, look(files.Identity{ModTime: future}), false}, {quiet, look(files.Identity{ModTime: future}), true}},
		"written in place":  {{0, look(files.Identity{ChangeTime: 1}), false}, {3 * time.Second, look(files.Identity{ChangeTime: 2}), false}},
		"pauses, goes on":   {{0, look(files.Identity{Size: 1}), false}, {3 * time.Second, nothing, true}, {time.Second, look(files.Identity{Size: 2}), false}, {quiet, nothing, true}},
		"forgotten":         {{0, look(files.Identity{Size: 1}), false}, {quiet, func(s *settle) { s.forget("a.xlsx") }, false}},
		"held is quiet too": {{0, look(files.Identity{Size: 1}), false}, {time.Second, func(s *settle) { s.hold(s.files["a.xlsx"], time.Now().Add(time.Hour)) }, false}, {time.Second, nothing, true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSettle(quiet)
				for i, st := range steps {
					time.Sleep(st.after)
					st.do(s)
					if got := s.whole("a.xlsx"); got != st.whole {
						t.Fatalf("step %d: whole is %v", i, got)
					}
				}
			})
		})
	}
}

func TestSettleGivesOldestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSettle(time.Second)
		s.look("new.xlsx", files.Identity{ModTime: 3}, true)
		s.look("b.xlsx", files.Identity{ModTime: 1}, true)
		s.look("a.xlsx", files.Identity{ModTime: 1}, true)
		s.look("a.mapping.yaml", files.Identity{ModTime: 0}, false)
		if at, any := s.next(); !any || !at.Equal(time.Now().Add(time.Second)) {
			t.Fatalf("next is %v, %v", at, any)
		}
		s.ripen()
		if f, any := s.oldest(); any {
			t.Fatalf("%s was ready at once", f.path)
		}
		time.Sleep(time.Second)
		s.ripen()
		for _, want := range []string{"a.xlsx", "b.xlsx", "new.xlsx"} {
			f, any := s.oldest()
			if !any || f.path != want {
				t.Fatalf("wanted %s, got %+v", want, f)
			}
			s.forget(f.path)
		}
		if _, any := s.oldest(); any || s.books != 0 {
			t.Errorf("something is left: %d books", s.books)
		}
	})
}

func TestSettleLooksAgainAtWhatChangesWhileItIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSettle(time.Second)
		s.look("a.xlsx", files.Identity{Size: 1}, true)
		time.Sleep(time.Second)
		s.ripen()
		s.heard("a.xlsx")
		if f, any := s.oldest(); any {
			t.Fatalf("%s is ready though an event told of it", f.path)
		}
		time.Sleep(time.Second)
		s.ripen()
		if _, any := s.oldest(); !any {
			t.Error("it is not ready again")
		}
	})
}

func TestNumbersRise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // time stands still in here
		n := newNumbers()
		last := n.next()
		for range 1000 {
			next := n.next()
			if next <= last {
				t.Fatalf("%s after %s", next, last)
			}
			last = next
		}
		found := "20991231T235959.999999-0000"
		if !n.past(found) {
			t.Fatalf("%s is not taken for an ID", found)
		}
		if next := n.next(); next <= found {
			t.Errorf("%s after %s was found", next, found)
		}
		for _, no := range []string{"", "notes", "20991331T235959.999999-0000"} {
			if n.past(no) {
				t.Errorf("%q is taken for an ID", no)
			}
		}
	})
}

func TestSettleTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSettle(time.Second)
		s.look("before.xlsx", files.Identity{ModTime: 9}, true)
		time.Sleep(time.Millisecond)
		fresh := []*file{s.look("b.xlsx", files.Identity{ModTime: 2}, true)}
		time.Sleep(100 * time.Millisecond) // a slow drive
		fresh = append(fresh, s.look("a.xlsx", files.Identity{ModTime: 1}, true))
		s.together(fresh)
		time.Sleep(900 * time.Millisecond)
		s.ripen()
		if f, any := s.oldest(); !any || f.path != "before.xlsx" {
			t.Fatalf("first is %+v", f)
		}
		time.Sleep(100 * time.Millisecond)
		s.ripen()
		if f, any := s.oldest(); !any || f.path != "a.xlsx" {
			t.Errorf("then %+v", f)
		}
	})
}
