package settle

import (
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// A story of looks at one file, and whether it is quiet after each step.
func TestQuiet(t *testing.T) {
	const quiet = 2 * time.Second
	type step struct {
		after time.Duration
		do    func(s *Tracker)
		quiet bool
	}
	look := func(m files.Identity) func(*Tracker) { return func(s *Tracker) { s.Update("a.xlsx", m, true) } }
	event := func(s *Tracker) { s.EventSeen("a.xlsx") }
	nothing := func(*Tracker) {}
	old, future := time.Unix(0, 0).UnixNano(), time.Now().AddDate(70, 0, 0).UnixNano()
	for name, steps := range map[string][]step{
		"quiet":              {{0, look(files.Identity{Size: 1}), false}, {1999 * time.Millisecond, nothing, false}, {time.Millisecond, nothing, true}},
		"never seen":         {{time.Hour, nothing, false}},
		"still growing":      {{0, look(files.Identity{Size: 1}), false}, {time.Second, look(files.Identity{Size: 2}), false}, {1999 * time.Millisecond, nothing, false}, {time.Millisecond, nothing, true}},
		"looked at, same":    {{0, look(files.Identity{Size: 1}), false}, {time.Second, look(files.Identity{Size: 1}), false}, {time.Second, nothing, true}},
		"event, same":        {{0, look(files.Identity{Size: 1}), false}, {time.Second, event, false}, {time.Second, nothing, false}, {time.Second, nothing, true}},
		"other inode":        {{0, look(files.Identity{Inode: 1}), false}, {3 * time.Second, look(files.Identity{Inode: 2}), false}, {quiet, nothing, true}},
		"mtime of 1970":      {{0, look(files.Identity{ModTime: old}), false}, {quiet, look(files.Identity{ModTime: old}), true}},
		"mtime of 2099":      {{0, look(files.Identity{ModTime: future}), false}, {quiet, look(files.Identity{ModTime: future}), true}},
		"written in place":   {{0, look(files.Identity{ChangeTime: 1}), false}, {3 * time.Second, look(files.Identity{ChangeTime: 2}), false}},
		"pauses and goes on": {{0, look(files.Identity{Size: 1}), false}, {3 * time.Second, nothing, true}, {time.Second, look(files.Identity{Size: 2}), false}, {quiet, nothing, true}},
		"forgotten":          {{0, look(files.Identity{Size: 1}), false}, {quiet, func(s *Tracker) { s.Forget("a.xlsx") }, false}},
		"held is quiet too":  {{0, look(files.Identity{Size: 1}), false}, {time.Second, func(s *Tracker) { s.Hold(s.File("a.xlsx"), time.Now().Add(time.Hour)) }, false}, {time.Second, nothing, true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(quiet)
				for i, st := range steps {
					time.Sleep(st.after)
					st.do(s)
					if got := s.Quiet("a.xlsx"); got != st.quiet {
						t.Fatalf("step %d: quiet is %v", i, got)
					}
				}
			})
		})
	}
}

// TestOlderThatWasSeenLater: a ready file waits for an older one that was seen a moment after it, and not for ever.
func TestOlderThatWasSeenLater(t *testing.T) {
	const quiet = time.Second
	type step struct {
		at   time.Duration
		do   func(s *Tracker)
		want string // what is claimed then; "" for nothing
	}
	see := func(path string, modified int64) func(*Tracker) {
		return func(s *Tracker) { s.Update(path, files.Identity{ModTime: modified}, true) }
	}
	nothing := func(*Tracker) {}
	const ms = time.Millisecond
	for name, steps := range map[string][]step{
		"it waits":                 {{0, see("new", 2), ""}, {10 * ms, see("old", 1), ""}, {1000 * ms, nothing, ""}, {1010 * ms, nothing, "old"}, {1010 * ms, nothing, "new"}},
		"not for a newer one":      {{0, see("old", 1), ""}, {10 * ms, see("new", 2), ""}, {1000 * ms, nothing, "old"}},
		"not for one that is gone": {{0, see("new", 2), ""}, {10 * ms, see("old", 1), ""}, {1000 * ms, func(s *Tracker) { s.Forget("old") }, "new"}},
		"not for a sidecar":        {{0, see("new", 2), ""}, {10 * ms, func(s *Tracker) { s.Update("new.mapping.yaml", files.Identity{ModTime: 1}, false) }, ""}, {1000 * ms, nothing, "new"}},
		"not for one that changes": {{0, see("new", 2), ""}, {10 * ms, see("old", 1), ""}, {900 * ms, func(s *Tracker) { s.EventSeen("old") }, ""},
			{1800 * ms, func(s *Tracker) { s.EventSeen("old") }, ""}, {2010 * ms, nothing, "new"}},
		"it becomes newer":       {{0, see("new", 2), ""}, {10 * ms, see("old", 1), ""}, {500 * ms, see("old", 3), ""}, {1000 * ms, nothing, "new"}},
		"it becomes older":       {{0, see("new", 2), ""}, {10 * ms, see("old", 3), ""}, {500 * ms, see("old", 1), ""}, {1000 * ms, nothing, ""}, {1500 * ms, nothing, "old"}},
		"no longer than two":     {{0, see("f", 9), ""}, {900 * ms, see("e", 8), ""}, {1800 * ms, func(s *Tracker) { s.EventSeen("e") }, ""}, {1999 * ms, nothing, ""}, {2000 * ms, nothing, "f"}},
		"each older than before": {{0, see("f", 9), ""}, {900 * ms, see("e", 8), ""}, {1800 * ms, see("d", 7), ""}, {2700 * ms, see("c", 6), ""}, {2800 * ms, nothing, ""}, {3700 * ms, nothing, "c"}},
		"it is held":             {{0, see("old", 1), ""}, {1000 * ms, nothing, "old"}, {1000 * ms, func(s *Tracker) { s.Hold(s.File("old"), time.Now().Add(time.Hour)) }, ""}, {1010 * ms, see("new", 2), ""}, {2010 * ms, nothing, "new"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, began := New(quiet), time.Now()
				for i, st := range steps {
					time.Sleep(st.at - time.Since(began))
					st.do(s)
					s.PromoteReady()
					got := ""
					if f, any := s.TakeOldest(); any {
						got = f.Path
					}
					if got != st.want {
						t.Fatalf("step %d: %q is claimed, not %q", i, got, st.want)
					}
				}
			})
		})
	}
}

func TestOldestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(time.Second)
		s.Update("new.xlsx", files.Identity{ModTime: 3}, true)
		s.Update("b.xlsx", files.Identity{ModTime: 1}, true)
		s.Update("a.xlsx", files.Identity{ModTime: 1}, true)
		s.Update("a.mapping.yaml", files.Identity{ModTime: 0}, false)
		if at, any := s.Next(); !any || !at.Equal(time.Now().Add(time.Second)) {
			t.Fatalf("next is %v, %v", at, any)
		}
		s.PromoteReady()
		if f, any := s.TakeOldest(); any {
			t.Fatalf("%s was ready at once", f.Path)
		}
		time.Sleep(time.Second)
		s.PromoteReady()
		for _, want := range []string{"a.xlsx", "b.xlsx", "new.xlsx"} {
			f, any := s.TakeOldest()
			if !any || f.Path != want {
				t.Fatalf("wanted %s, got %+v", want, f)
			}
			s.Forget(f.Path)
		}
		if _, any := s.TakeOldest(); any || s.Workbooks() != 0 {
			t.Errorf("something is left: %d books", s.Workbooks())
		}
	})
}

func TestEventWhileReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(time.Second)
		s.Update("a.xlsx", files.Identity{Size: 1}, true)
		time.Sleep(time.Second)
		s.PromoteReady()
		s.EventSeen("a.xlsx")
		if f, any := s.TakeOldest(); any {
			t.Fatalf("%s is ready though an event named it", f.Path)
		}
		time.Sleep(time.Second)
		s.PromoteReady()
		if _, any := s.TakeOldest(); !any {
			t.Error("it is not ready again")
		}
	})
}

func TestAlignStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(time.Second)
		s.Update("before.xlsx", files.Identity{}, true)
		time.Sleep(time.Millisecond)
		fresh := []*File{s.Update("b.xlsx", files.Identity{ModTime: 2}, true)}
		time.Sleep(100 * time.Millisecond) // a slow drive
		fresh = append(fresh, s.Update("a.xlsx", files.Identity{ModTime: 1}, true))
		s.AlignStart(fresh)
		time.Sleep(900 * time.Millisecond)
		s.PromoteReady()
		if f, any := s.TakeOldest(); !any || f.Path != "before.xlsx" {
			t.Fatalf("first is %+v", f)
		}
		time.Sleep(100 * time.Millisecond)
		s.PromoteReady()
		if f, any := s.TakeOldest(); !any || f.Path != "a.xlsx" {
			t.Errorf("then %+v", f)
		}
	})
}

// A file that was removed, and perhaps made again, since a scan found it is not put back by that scan.
func TestAlignStartLeavesRemovedFilesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(time.Second)
		for _, again := range []bool{false, true} {
			removed := s.Update("a.xlsx", files.Identity{Size: 1}, true)
			s.Forget("a.xlsx")
			want := 0
			if again {
				s.Update("a.xlsx", files.Identity{Size: 2}, true)
				want = 1
			}
			s.AlignStart([]*File{removed})
			time.Sleep(time.Second)
			s.PromoteReady()
			got := 0
			for _, any := s.TakeOldest(); any; _, any = s.TakeOldest() {
				got++
			}
			if got != want {
				t.Errorf("made again %v: %d files are ready", again, got)
			}
		}
	})
}

// What waits is counted without some, and what no event had named is counted once.
func TestWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(time.Second)
		began := time.Now()
		s.Update("a.xlsx", files.Identity{}, true).NoEvent = true
		s.Update("a.mapping.yaml", files.Identity{}, false).NoEvent = true
		time.Sleep(time.Millisecond)
		s.Update("b.xlsx", files.Identity{}, true).NoEvent = true
		for _, c := range []struct {
			without string
			n       int
			oldest  time.Time
		}{{"", 2, began}, {"a.xlsx", 1, began.Add(time.Millisecond)}, {"b.xlsx", 1, began}, {"a.mapping.yaml", 2, began}, {"c.xlsx", 2, began}} {
			if n, oldest := s.Waiting(map[string]bool{c.without: true}); n != c.n || !oldest.Equal(c.oldest) {
				t.Errorf("without %s: %d since %v", c.without, n, oldest)
			}
		}
		if n, oldest := s.Waiting(map[string]bool{"a.xlsx": true, "b.xlsx": true}); n != 0 || !oldest.IsZero() {
			t.Errorf("without both: %d since %v", n, oldest)
		}
		s.EventSeen("b.xlsx")
		time.Sleep(time.Hour)
		s.PromoteReady()
		if n := s.TakeNoEvent(); n != 1 {
			t.Errorf("%d without an event", n)
		}
		a, _ := s.TakeOldest()
		s.Hold(a, time.Now()) // for its sidecar
		s.PromoteReady()
		if n := s.TakeNoEvent(); n != 0 {
			t.Errorf("then %d", n)
		}
	})
}

// A file that changes or is removed while it is ready is not ready any more; one that is held comes back.
func TestReadyFileChanges(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(s *Tracker, f *File)
		later bool // it is ready a quiet time later
	}{
		"changed": {func(s *Tracker, _ *File) { s.Update("a.xlsx", files.Identity{Size: 2}, true) }, true},
		"held":    {func(s *Tracker, f *File) { s.Hold(f, time.Now().Add(time.Second)) }, true},
		"removed": {func(s *Tracker, _ *File) { s.Forget("a.xlsx") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(time.Second)
				f := s.Update("a.xlsx", files.Identity{Size: 1}, true)
				time.Sleep(time.Second)
				s.PromoteReady()
				c.do(s, f)
				if _, any := s.TakeOldest(); any {
					t.Error("it is ready")
				}
				time.Sleep(time.Second)
				s.PromoteReady()
				if _, any := s.TakeOldest(); any != c.later {
					t.Errorf("a quiet time later it is ready: %v", any)
				}
			})
		})
	}
}
