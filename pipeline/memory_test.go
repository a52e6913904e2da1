package pipeline_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// TestMemoryDoesNotGrowWithTheFile has three times the rows need at most a tenth more of live heap, at the last of their batches. With fewer
// than a hundred thousand the parts that are bounded, the past and the log of keys, are not yet full.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	needsMore(t, "this computes for 14 s")
	small, large := liveHeap(t, 100_000), liveHeap(t, 300_000)
	t.Logf("live heap: 100,000 rows %.1f MiB, 300,000 rows %.1f MiB", small, large)
	// Each contact has a key more, its e-mail in every account (W12): the log of keys is larger until it goes to its table.
	if large > 1.1*small || small > 52 {
		t.Errorf("300,000 rows need %.1f MiB, 100,000 need %.1f", large, small)
	}
}

// liveHeap imports so many rows, each a new account with a new contact, and returns what is live when the last of them are written, in MiB.
func liveHeap(t *testing.T, rows int) float64 {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("Företag,Org.nr,Postnr,Ort,Kontakt,E-post,Anteckning\n")
	for i := range rows {
		fmt.Fprintf(&b, "Nordsjö %d AB,55%04d-%04d,111 22,Örebro,Åsa Öberg %d,asa.%d@exempel.se,Ring igen vecka %d\n", i, i/10000, i%10000, i, i, i%52)
	}
	return liveHeapOf(t, &b, rows)
}

// TestLongTextsAreNotKept imports 60 MB of long texts: what is live when the last of them are written is those of the batches in hand.
func TestLongTextsAreNotKept(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes some seconds")
	}
	const rows = 600
	var b bytes.Buffer
	b.WriteString("Företag,Postnr,Kontakt,E-post,Anteckning\n")
	long := strings.Repeat("Ring igen. ", 5_000)
	for i := range rows {
		fmt.Fprintf(&b, "Nordsjö %d AB,111 22,Åsa %s,asa.%d@exempel.se,%s\n", i, long, i, long)
	}
	live := liveHeapOf(t, &b, rows)
	t.Logf("live heap: %.1f MiB", live)
	if live > 60 {
		t.Errorf("%.1f MiB are live", live)
	}
}

// liveHeapOf imports a text file of so many rows, and forgets its bytes before.
func liveHeapOf(t *testing.T, b *bytes.Buffer, rows int) float64 {
	t.Helper()
	book := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(book, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	*b = bytes.Buffer{}
	engine, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inlet.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close(t.Context())
	p := &pipeline.Pipeline{Store: partsOf(must(store.New(t.Context(), engine))), Schema: must(crm.NewSchema()), Batch: 1000, Log: slog.New(slog.DiscardHandler),
		Fallback: mapping.Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}}}
	var last runtime.MemStats
	rep, err := p.Run(t.Context(), pipeline.Job{Name: "book.csv", Workbook: book, Progress: func(done, total int) {
		if done == total {
			runtime.GC()
			runtime.ReadMemStats(&last)
		}
	}})
	if err != nil || rep.Import.State != ledger.Done || rep.Import.Tally.Of(crm.Contact).Created != rows {
		t.Fatalf("%s: %s %v", rep.Import.State, rep.Import.Why, err)
	}
	return float64(last.HeapAlloc) / (1 << 20)
}
