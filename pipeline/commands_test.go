package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/event"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
)

// sent counts commands by name and collection. getMore depends on how much the server puts into an answer, and the lease's beat on
// the clock: both are left out.
type sent struct {
	mu sync.Mutex
	n  map[string]int
}

func (s *sent) started(_ context.Context, e *event.CommandStartedEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
	if e.CommandName == "find" && (strings.Contains(collection, "imports") || collection == "inlet_meta") {
		return // its own document and whether it is to be cancelled, again after some time has passed
	}
	if e.CommandName != "getMore" && !strings.Contains(collection, "lease") {
		s.n[e.CommandName+" "+collection]++
	}
}

// TestCommandsPerBatch has the store sent as many commands for a batch where it holds 100 records as where it holds many, and few.
func TestCommandsPerBatch(t *testing.T) {
	sizes := []int{100, 10_000}
	if os.Getenv("INLET_TEST_DEEP") != "" {
		sizes = append(sizes, 100_000)
	}
	const batches = 4
	counts := map[int]map[string]int{}
	for _, size := range sizes {
		counts[size] = commandsOf(t, size, batches)
	}
	for _, size := range sizes[1:] {
		if diff := cmp.Diff(counts[sizes[0]], counts[size]); diff != "" {
			t.Errorf("commands of an import into %d records (-) and into %d (+):\n%s", sizes[0], size, diff)
		}
	}
	for what, n := range counts[sizes[0]] {
		// A find by keys, one of likeness, feed keys and other accounts, and one by ID a batch; two writes a batch; and what begins and ends an import.
		most := 2*batches + 4
		if strings.HasPrefix(what, "find ") {
			most += batches
		}
		if n > most {
			t.Errorf("%s is sent %d times in %d batches", what, n, batches)
		}
	}
	t.Logf("%d batches: %v", batches, counts[sizes[0]])
}

// commandsOf imports a file that updates, leaves and creates into a store of so many accounts with a contact each, and returns what was sent.
func commandsOf(t *testing.T, size, batches int) map[string]int {
	const batch = 25
	s := &sent{n: map[string]int{}}
	p := newPlay(t, way{"mongo", batch, false}, "", mongo.Monitor(&event.CommandMonitor{Started: s.started}))
	fill(t, p, size)
	var rows strings.Builder
	rows.WriteString("Företag,Ort,Kontakt,E-post,Titel\n")
	for i := range batch * batches {
		name, email := fmt.Sprintf("Account %d", i*(1+i%2*size)), fmt.Sprintf("c%d@exempel.se", i)
		switch i % 10 {
		case 0: // without an address: in the second file it is found by its feed key (W13)
			name, email = fmt.Sprintf("Blank %d", i), ""
		case 5: // in the second file it has the address of a contact in another account of the store (W12)
			name, email = fmt.Sprintf("Elsewhere %d", i), fmt.Sprintf("first%d@exempel.se", i)
		}
		fmt.Fprintf(&rows, "%s,%s,Contact %d,%s,Chef\n", name, []string{"Lund", "Malmö"}[i%2], i, email)
	}
	jobs := []pipeline.Job{p.job(txtar.File{Name: "first.csv", Data: []byte(rows.String())}),
		p.job(txtar.File{Name: "second.csv", Data: []byte(strings.NewReplacer("Chef", "VD", "first", "c").Replace(rows.String()))})}
	for _, job := range jobs { // the first import makes the keys of its rules
		s.mu.Lock()
		clear(s.n)
		s.mu.Unlock()
		rep, err := p.pipeline.Run(t.Context(), job)
		if err != nil || rep.Import.State != ledger.Done || rep.Import.Batch != batches {
			t.Fatalf("the import is %s in %d batches: %s %v", rep.Import.State, rep.Import.Batch, rep.Import.Why, err)
		}
	}
	return s.n
}

// fill puts accounts with a contact each into a store, as another program would have.
func fill(t *testing.T, p *play, size int) {
	for first := 0; first < size; first += 1000 {
		for _, kind := range crm.Kinds {
			var writes []engine.Write
			for i := first; i < min(first+1000, size); i++ {
				w := engine.Write{New: true, ID: fmt.Sprintf("%023x%d", i, 1), Seq: int64(i + 1), At: time.Now(), Set: crm.Values{
					{Field: "name", Value: crm.TextValue(fmt.Sprintf("Account %d", i))}, {Field: "city", Value: crm.TextValue("Lund")}}}
				if kind == crm.Contact {
					w = engine.Write{New: true, ID: fmt.Sprintf("%023x%d", i, 2), ParentID: w.ID, Seq: w.Seq, At: w.At, Set: crm.Values{
						{Field: "name", Value: crm.TextValue(fmt.Sprintf("Contact %d", i))}, {Field: "email", Value: crm.TextValue(fmt.Sprintf("c%d@exempel.se", i))}}}
				}
				writes = append(writes, w)
			}
			if _, err := p.engine.Write(t.Context(), kind, writes); err != nil {
				t.Fatal(err)
			}
		}
	}
}
