package mongo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

const cutRows, cutBatch = 500, 100

// book is half new and half known records once its first half was imported, with rows that change the rows above and rows that are refused.
func book(rows int, city string) string {
	var text strings.Builder
	text.WriteString("Company,Zip,City,Contact,Email\n")
	for i := range rows {
		email := fmt.Sprintf("anna%d@exempel.se", i)
		switch {
		case i%97 == 96:
			email = "no address"
		case i%53 == 52:
			email = fmt.Sprintf("anna%d@exempel.se", i-20)
		}
		fmt.Fprintf(&text, "Bolag %d,%d,%s %d,Åsa %d,%s\n", i/2, 10000+i/2, city, i%7, i, email)
	}
	return text.String()
}

// site is a database, and a workbook on its way into it.
type site struct {
	db   database
	dir  string
	uri  string
	over int // how often a run ended with an error
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{db: newDatabase(t), dir: t.TempDir()}
	s.uri = s.db.uri
	s.drop(t, "before.csv", book(cutRows/2, "Malmö"))
	s.carry(t, "before.csv")
	return s
}

func (s *site) drop(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// carry imports a workbook as the daemon does: it opens the store, and tries again as long as there is an error.
func (s *site) carry(t *testing.T, name string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; s.over++ {
		err := s.open(t.Context(), name)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("it does not end by itself: %v", err)
		}
	}
}

// open takes a workbook as far as one opened store goes: a daemon opens it once, and tries the import again.
func (s *site) open(ctx context.Context, name string) error {
	e, err := mongo.Open(ctx, s.uri)
	if err != nil {
		return err
	}
	defer e.Close(ctx)
	st, err := store.New(ctx, e)
	if err != nil {
		return err
	}
	schema, err := crm.NewSchema()
	if err != nil {
		return err
	}
	p := &pipeline.Pipeline{Store: pipeline.Store{Records: st.Records, Writer: st, Index: st.Index, Imports: st.Imports, Held: st.Imports, Attempts: st.Attempts, Journal: st.Journal,
		Outbox: st.Outbox, Mappings: st.Mappings}, Schema: schema, Batch: cutBatch, Log: slog.New(slog.DiscardHandler),
		Fallback: mapping.Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}}}
	job := pipeline.Job{Arrival: "arrival-" + name, Inbox: "kunder", Name: name, Workbook: filepath.Join(s.dir, name),
		Folders: pipeline.Folders{Done: filepath.Join(s.dir, "done"), Failed: filepath.Join(s.dir, "failed"), Held: filepath.Join(s.dir, "held")},
		Tell:    ledger.Recipients{Webhooks: []string{"hook"}}}
	for try := 0; ; try++ {
		rep, err := p.Run(ctx, job)
		if err == nil && rep.Import.State != ledger.Done {
			return fmt.Errorf("the import is %s: %s", rep.Import.State, rep.Import.Why)
		}
		if err == nil || try == 20 {
			return err
		}
		s.over++
		job.Alive = true
	}
}

// shown is all of the database that may not depend on what was cut, as text.
func (s *site) shown(t *testing.T) []string {
	t.Helper()
	e := open(t, s.db)
	st, err := store.New(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, kind := range crm.Kinds {
		err := st.Records.Each(t.Context(), kind, func(rec crm.Record) error {
			values, err := json.Marshal(rec.Values)
			all = append(all, fmt.Sprintf("%s %s of %q %s", kind, rec.ID, rec.ParentID, values))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	imports, err := st.Imports.List(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range slices.Backward(imports) {
		where, _ := filepath.Rel(s.dir, imp.Archived)
		all = append(all, fmt.Sprintf("import %s %s at row %d, %+v, in %s", imp.ID, imp.State, imp.Cursor.Row, imp.Tally, where))
		for changes, err := range st.Journal.Changes(t.Context(), imp.ID) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range changes {
				c.Expect = 0 // holds the number of an import, and one may be left out
				text, _ := json.Marshal(c)
				all = append(all, string(text))
			}
		}
	}
	waiting, err := st.Outbox.Waiting(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, notification := range waiting {
		all = append(all, "notification of "+notification.Import)
	}
	return append(all, s.files(t)...)
}

func (s *site) files(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func deep() bool { return os.Getenv("INLET_TEST_DEEP") != "" }

// undisturbed is what must come out, and how many replies it takes.
func undisturbed(t *testing.T) (want []string, replies int) {
	t.Helper()
	s := newSite(t)
	p := mongotest.New(t, s.db.uri)
	s.uri = p.URI(t, s.db.uri)
	s.drop(t, "kunder.csv", book(cutRows, "Lund"))
	s.carry(t, "kunder.csv")
	if s.over > 0 {
		t.Fatalf("undisturbed, and %d errors", s.over)
	}
	replies = p.Seen()
	want = s.shown(t)
	text := strings.Join(want, "\n")
	for _, has := range []string{`"create"`, `"update"`, `"unchanged"`, `"reject"`, "notification of", "kunder.rejected.xlsx"} {
		if !strings.Contains(text, has) {
			t.Fatalf("the workbook brings no %s: it tests less than it should", has)
		}
	}
	return want, replies
}

// TestReplyCut keeps back the n-th reply of the server and cuts its connection, for each n that there is and one more; what was asked was
// done. Once more with three in a row: of one the driver may ask again by itself. INLET_TEST_DEEP plays each n, else some are.
func TestReplyCut(t *testing.T) {
	want, replies := undisturbed(t)
	step := max(1, replies/6)
	if deep() {
		step = 1
	}
	var errs, runs atomic.Int64
	t.Run("cut", func(t *testing.T) {
		for _, count := range []int{1, 3} {
			for n := 1 + (count-1)*step/4; n <= replies+step; n += step {
				t.Run(fmt.Sprintf("%d from %d", count, n), func(t *testing.T) {
					t.Parallel()
					s := newSite(t)
					p := mongotest.New(t, s.db.uri)
					s.uri = p.URI(t, s.db.uri)
					s.drop(t, "kunder.csv", book(cutRows, "Lund"))
					p.Cut(n, count)
					s.carry(t, "kunder.csv")
					if diff := cmp.Diff(want, s.shown(t)); diff != "" {
						t.Errorf("not as undisturbed (-undisturbed +cut):\n%s", diff)
					}
					errs.Add(int64(s.over))
					runs.Add(1)
				})
			}
		}
	})
	t.Logf("%d replies in an undisturbed run; %d runs cut, %d errors went through to be tried again", replies, runs.Load(), errs.Load())
	if errs.Load() == 0 {
		t.Error("no cut was noticed: they test nothing")
	}
}

// TestServerRestarted has the server away in the middle of an import, for less and for more than a look-up waits for one.
func TestServerRestarted(t *testing.T) {
	want, replies := undisturbed(t)
	aways := []time.Duration{2 * time.Second}
	if deep() {
		aways = append(aways, 7*time.Second)
	}
	for _, away := range aways {
		t.Run(away.String(), func(t *testing.T) {
			s := newSite(t)
			p := mongotest.New(t, s.db.uri)
			s.uri = p.URI(t, s.db.uri)
			s.drop(t, "kunder.csv", book(cutRows, "Lund"))
			var back atomic.Bool
			p.At(replies/2, func() {
				p.SetDown(true)
				time.AfterFunc(away, func() { back.Store(true); p.SetDown(false) })
			})
			s.carry(t, "kunder.csv")
			if !back.Load() {
				t.Error("it was done before the server came back: it tests nothing")
			}
			if diff := cmp.Diff(want, s.shown(t)); diff != "" {
				t.Errorf("not as undisturbed (-undisturbed +restarted):\n%s", diff)
			}
		})
	}
}
