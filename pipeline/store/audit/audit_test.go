package audit_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

// TestEntries: what was done stands there, the newest first and page by page, with what failed; what is older than asked for is removed, and nothing else
// of the settings.
func TestEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		a := audit.New(docs)
		if _, err := docs.Insert(t.Context(), engine.Meta, engine.Doc{ID: "paused", Order: "paused", Body: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for _, who := range []string{"anna", "token erp", "root@host"} {
			if _, err := a.Add(t.Context(), audit.Entry{Who: who, What: audit.Undo, Import: "x-1", Inbox: "kunder"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		broken := errors.New(strings.Repeat("å", 400))
		if err := a.Do(t.Context(), audit.Entry{Who: "bo", What: audit.Poll, Of: "erp"}, func() error { return broken }); !errors.Is(err, broken) {
			t.Errorf("a failed act gives %v", err)
		}
		page, err := a.List(t.Context(), "", 3)
		if err != nil || len(page) != 3 || page[0].Who != "bo" || page[1].Who != "root@host" || page[2].Who != "token erp" {
			t.Fatalf("the newest: %+v, %v", page, err)
		}
		if failed := page[0].Failed; failed == "" || len(failed) > 300 || !utf8.ValidString(failed) || page[1].Failed != "" {
			t.Errorf("failed: %q, %q", failed, page[1].Failed)
		}
		rest, err := a.List(t.Context(), page[2].ID, 3)
		if err != nil || len(rest) != 1 || rest[0].Who != "anna" || rest[0].Import != "x-1" || !rest[0].At.Equal(began) {
			t.Errorf("the rest: %+v, %v", rest, err)
		}
		if all, err := a.List(t.Context(), "paused", 3); err != nil || len(all) != 0 {
			t.Errorf("behind another document: %+v, %v", all, err)
		}
		if n, err := a.Prune(t.Context(), began.Add(90*time.Minute)); n != 2 || err != nil {
			t.Errorf("removed: %d, %v", n, err)
		}
		if left, _ := a.List(t.Context(), "", 9); len(left) != 2 || left[1].Who != "root@host" {
			t.Errorf("left: %+v", left)
		}
		if _, ok, _ := docs.Load(t.Context(), engine.Meta, "paused"); !ok {
			t.Error("another setting was removed")
		}
	})
}

// TestNothingIsDoneUnrecorded: where the entry cannot be written, the act is not begun.
func TestNothingIsDoneUnrecorded(t *testing.T) {
	full := errors.New("disk full")
	docs := &enginetest.Documents{Before: func(string) error { return full }}
	did := false
	err := audit.New(docs).Do(t.Context(), audit.Entry{What: audit.Undo}, func() error { did = true; return nil })
	if !errors.Is(err, full) || did {
		t.Errorf("%v, done: %v", err, did)
	}
}
