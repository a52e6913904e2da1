package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
)

// TestUndoStoppedAfterAnyBatch stops an undo after each of its batches, resumes it, and expects what is reported of it without a stop:
// also that a cell which another program changed is kept where only a later batch comes to it.
func TestUndoStoppedAfterAnyBatch(t *testing.T) {
	const rows = "Företag,Ort,Kontakt,Kontakt: E-post\nAcme,Malmö,Anna,anna@exempel.se\nBeta,Lund,Bo,bo@exempel.se\nAcme,Ystad,,\n,,,\nBeta,Umeå,Cia,cia@exempel.se\nAcme,Boden,,\n"
	for _, size := range []int{1, 2, 3} {
		stoppedAfter := func(stop int) string {
			p := newPlay(t, way{"sqlite", size, false}, "")
			p.remember(`a1 {"name":"Acme","city":"Lund"}`)
			imp := p.imports(p.job(txtar.File{Name: "rows.csv", Data: []byte(rows)}))
			p.edits(`a1 {"city":"Ystad"}` + "\n" + `c2 {"title":"VD"}`)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			batches := 0
			_, err := p.pipeline.Undo(ctx, pipeline.Job{Progress: func(int, int) {
				if batches++; batches == stop {
					cancel()
				}
			}}, imp.ID)
			if stopped := stop > 0; stopped != errors.Is(err, context.Canceled) {
				t.Fatalf("stopped after %d: %v", stop, err)
			}
			if stop > 0 {
				if _, err := p.pipeline.Undo(t.Context(), pipeline.Job{}, imp.ID); err != nil {
					t.Fatal(err)
				}
			}
			is := p.done()[0]
			if !strings.Contains(p.says(&is), "a1 name=Acme city=Ystad") {
				t.Errorf("the cell that another program changed is not kept:\n%s", p.says(&is))
			}
			return p.says(&is)
		}
		want := stoppedAfter(0)
		for stop := 1; stop <= 6/size-1; stop++ {
			if diff := cmp.Diff(want, stoppedAfter(stop)); diff != "" {
				t.Errorf("in batches of %d, stopped after %d (-undisturbed +stopped):\n%s", size, stop, diff)
			}
		}
	}
}

// meddled is a store in which another program changes records just before a batch is written.
type meddled struct {
	*store.Store
	before []func() // one for each try
}

func (m *meddled) Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error) {
	m.meddle()
	return m.Store.Apply(ctx, imp, b)
}

func (m *meddled) Prepare(number int64, began time.Time, b ledger.Batch) func(context.Context, *ledger.Import) ([]ledger.Outcome, error) {
	apply := m.Store.Prepare(number, began, b)
	return func(ctx context.Context, imp *ledger.Import) ([]ledger.Outcome, error) {
		m.meddle()
		return apply(ctx, imp)
	}
}

func (m *meddled) meddle() {
	if len(m.before) > 0 {
		m.before[0]()
		m.before = m.before[1:]
	}
}

// TestUndoMeetsAForeignEdit has another program change a record between look-up and write: it is looked at again, once, and then kept as lost.
func TestUndoMeetsAForeignEdit(t *testing.T) {
	const rows = "Företag,Ort,Kontakt,Kontakt: E-post\nAcme,Malmö,Anna,anna@exempel.se\nBeta,Lund,Bo,bo@exempel.se\nGamma,Lund,Cia,cia@exempel.se\n"
	for _, engine := range []string{"sqlite", "mongo"} {
		for tries, want := range map[int]string{1: "row 3 CHANGED_SINCE VD\nrow 3 ACCOUNT_IN_USE $a2\n", 2: "row 3 CONFLICT $c1\nrow 3 CONFLICT $a2\n"} {
			t.Run(fmt.Sprintf("%s, %d times", engine, tries), func(t *testing.T) {
				p := newPlay(t, way{engine, 1000, false}, "")
				p.remember(`a1 {"name":"Acme","city":"Lund"}`)
				imp := p.imports(p.job(txtar.File{Name: "rows.csv", Data: []byte(rows)}))
				m := &meddled{Store: p.store}
				m.before = append(m.before, func() { p.edits(`c2 {"title":"VD"}` + "\n" + `a1 {"fax":"1"}`) })
				if tries == 2 {
					// What is decided on the second try meets yet another edit: both take the contact for the import's own.
					m.before = []func(){func() { p.edits(`c2 {"title":"VD"}`); p.edits(`c2 - title`) }, func() { p.edits(`c1 {"title":"VD"}`) }}
				}
				p.pipeline.Store.Writer = m
				rep, err := p.pipeline.Undo(t.Context(), pipeline.Job{}, imp.ID)
				if err != nil {
					t.Fatal(err)
				}
				p.pipeline.Store = partsOf(p.store)
				says := p.says(&rep.Import)
				if !strings.Contains(says, "account removed=1 updated=1 rejected=1\ncontact removed=2 rejected=1\n"+want) || !strings.Contains(says, "city=Lund\na2") {
					t.Errorf("the undo says:\n%s", says)
				}
			})
		}
	}
}

// TestUndoSeesWhatItCannotRead keeps an account into which another program has put something that inlet has no form for, and does not mind
// it in one that the import only changed.
func TestUndoSeesWhatItCannotRead(t *testing.T) {
	p := newPlay(t, way{"mongo", 1, false}, "")
	client, err := driver.Connect(options.Client().ApplyURI(p.uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	accounts := client.Database(strings.TrimPrefix(p.uri[strings.LastIndexByte(p.uri, '/'):], "/")).Collection("accounts")
	if _, err := accounts.InsertOne(t.Context(), bson.D{{Key: "name", Value: "Acme"}, {Key: "city", Value: "Lund"}}); err != nil {
		t.Fatal(err)
	}
	imp := p.imports(p.job(txtar.File{Name: "rows.csv", Data: []byte("Företag,Ort\nAcme,Malmö\nBeta,Lund\nGamma,Lund\nBeta,Umeå\n")}))
	for _, name := range []string{"Acme", "Beta"} {
		geo := bson.D{{Key: "$set", Value: bson.D{{Key: "geo", Value: bson.D{{Key: "lat", Value: 59.3}}}}}}
		if done, err := accounts.UpdateOne(t.Context(), bson.D{{Key: "name", Value: name}}, geo); err != nil || done.ModifiedCount != 1 {
			t.Fatal(done, err)
		}
	}
	undo := p.undoes(imp)
	const want = "done\naccount removed=1 updated=2 rejected=1\nrow 3 CHANGED_SINCE $a2\na1 name=Acme city=Lund\na2 name=Beta city=Lund\n"
	if diff := cmp.Diff(want, p.says(&undo)); diff != "" {
		t.Errorf("the undo (-want +got):\n%s", diff)
	}
}

// TestWhatCannotBeUndone holds that it is said why, and that nothing is written.
func TestWhatCannotBeUndone(t *testing.T) {
	p := newPlay(t, way{"sqlite", 10, false}, "")
	job := p.job(txtar.File{Name: "a.csv", Data: []byte("Företag\nAcme\n")})
	first := p.imports(job)
	again := p.imports(job)
	refused := p.imports(p.job(txtar.File{Name: "b.csv", Data: []byte("Nonsens\nAcme\n")}))
	p.sidecar = p.file("caps.yaml", []byte("caps: {max_updated: 0}\nmatch: {account: [name]}"))
	held := p.imports(p.job(txtar.File{Name: "c.csv", Data: []byte("Företag,Ort\nAcme,Lund\n")}))
	taken := p.undoes(first)
	before := p.inStore()
	for id, want := range map[string]string{"nonsense-1": "was not found", again.ID: "has written nothing", refused.ID: "has written nothing",
		held.ID: "inlet discard", first.ID: "was already undone, by " + taken.ID} {
		_, err := p.pipeline.Undo(t.Context(), pipeline.Job{}, id)
		_, planned := p.pipeline.PlanUndo(t.Context(), pipeline.Job{}, id, nil)
		for _, err := range []error{err, planned} {
			refusal, ok := errors.AsType[*ledger.Refusal](err)
			if !ok || !strings.Contains(report.Refused(refusal, "en"), want) || report.Refused(refusal, "sv") == report.Refused(refusal, "en") {
				t.Errorf("%s is undone with %v, not refused with %q", id, err, want)
			}
		}
	}
	if diff := cmp.Diff(before, p.inStore()); diff != "" {
		t.Errorf("refused, and yet (-before +after):\n%s", diff)
	}
}

// TestCommandsPerBatchOfAnUndo has the store sent as many commands for a large batch as for a small one.
func TestCommandsPerBatchOfAnUndo(t *testing.T) {
	counts := map[int]map[string]int{}
	for _, size := range []int{5, 200} {
		s := &sent{n: map[string]int{}}
		p := newPlay(t, way{"mongo", size, false}, "", mongo.Monitor(&event.CommandMonitor{Started: s.started}))
		fill(t, p, 400)
		var rows strings.Builder
		rows.WriteString("Företag,Ort,Kontakt,Kontakt: E-post,Titel\n")
		for i := range 2 * size {
			fmt.Fprintf(&rows, "Account %d,Malmö,Contact %d,c%d@exempel.se,VD\n", i*(1+i%2*401), i, i)
		}
		rep, err := p.pipeline.Run(t.Context(), p.job(txtar.File{Name: "rows.csv", Data: []byte(rows.String())}))
		if err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		clear(s.n)
		s.mu.Unlock()
		if rep, err = p.pipeline.Undo(t.Context(), pipeline.Job{}, rep.Import.ID); err != nil {
			t.Fatal(err)
		}
		if is := rep.Import; is.Batch != 2 || is.Tally.Counts.Of(crm.Account).Removed+is.Tally.Counts.Of(crm.Account).Updated != 2*size || is.Tally.Counts.Of(crm.Contact).Removed == 0 {
			t.Errorf("the undo is %+v", is)
		}
		counts[size] = s.n
	}
	if diff := cmp.Diff(counts[5], counts[200]); diff != "" {
		t.Errorf("commands of an undo in batches of 5 (-) and of 200 (+):\n%s", diff)
	}
	t.Logf("2 batches: %v", counts[5])
}
