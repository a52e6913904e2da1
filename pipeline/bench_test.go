package pipeline_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/sheet/writer"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// BenchmarkImport takes a workbook of 20,000 rows and 12 columns all the way, fresh and then once more with nothing changed. It prints rows/s
// and, for each step, its share of the time. The figures of doc.go are of 100,000 rows.
func BenchmarkImport(b *testing.B) {
	const rows = 20_000
	book := filepath.Join(b.TempDir(), "book.xlsx")
	makeBook(b, book, rows)
	for name, open := range benchEngines(b) {
		b.Run(name, func(b *testing.B) {
			p := &pipeline.Pipeline{Schema: must(crm.NewSchema()), Batch: 2000, Log: slog.New(slog.DiscardHandler),
				Fallback: mapping.Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}}}
			for _, again := range []bool{false, true} {
				b.Run(map[bool]string{false: "fresh", true: "unchanged"}[again], func(b *testing.B) {
					spent := map[ledger.Step]time.Duration{}
					if p.Store = (pipeline.Store{}); again { // the store of a benchmark is closed when it ends
						p.Store = partsOf(open(b))
						must(p.Run(b.Context(), pipeline.Job{Name: "book.xlsx", Workbook: book}))
					}
					for b.Loop() {
						b.StopTimer()
						if p.Store.Imports == nil || !again {
							p.Store = partsOf(open(b))
						}
						b.StartTimer()
						rep, err := p.Run(b.Context(), pipeline.Job{Name: "book.xlsx", Workbook: book, Again: again})
						if err != nil || rep.Import.State != ledger.Done {
							b.Fatal(rep.Import.Why, err)
						}
						for step, took := range rep.Steps {
							spent[step] += took
						}
					}
					b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
					for step, took := range spent {
						b.ReportMetric(100*took.Seconds()/b.Elapsed().Seconds(), string(step)+"-%")
					}
				})
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func benchEngines(b *testing.B) map[string]func(*testing.B) *store.Store {
	open := func(b *testing.B, engine engine.Engine, err error) *store.Store {
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { engine.Close(context.Background()) })
		return must(store.New(b.Context(), engine))
	}
	engines := map[string]func(*testing.B) *store.Store{"sqlite": func(b *testing.B) *store.Store {
		engine, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
		return open(b, engine, err)
	}}
	if uri := os.Getenv("INLET_TEST_MONGODB"); uri != "" {
		engines["mongo"] = func(b *testing.B) *store.Store {
			engine, err := mongo.Open(b.Context(), fmt.Sprintf("%sinlet_bench_%d", uri, rand.Uint64()))
			return open(b, engine, err)
		}
	}
	return engines
}

// makeBook writes a CRM export as a sales team would have it: three rows in ten repeat an earlier company with another contact.
func makeBook(b *testing.B, path string, rows int) {
	b.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	w := must(writer.Create(path))
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	check(w.Sheet("Kunder"))
	check(w.Row("Företag", "Org.nr", "Postnr", "Ort", "Telefon", "E-post", "Kontakt", "Titel", "Omsättning", "Aktiv", "Anteckning", "Land"))
	company := 0
	for i := range rows {
		if rnd.IntN(10) >= 3 {
			company = i
		} else if i > 0 {
			company = rnd.IntN(i)
		}
		check(w.Row(fmt.Sprintf("Nordsjö %d AB", company), fmt.Sprintf("55%04d-%04d", company/10000, company%10000), fmt.Sprintf("%03d %02d", 100+company%800, company%100),
			"Örebro", fmt.Sprintf("070-%03d %02d %02d", rnd.IntN(1000), rnd.IntN(100), rnd.IntN(100)), fmt.Sprintf("anna.%d@exempel.se", i),
			fmt.Sprintf("Anna Öberg %d", i), "Inköpare", float64(rnd.IntN(1e9))/100, rnd.IntN(5) > 0, "Ring igen vecka 12", "SE"))
	}
	check(w.Close())
}

// BenchmarkGrowth imports 20,000 rows, half of them of accounts that are there, with 10,000, 100,000 and 1,000,000 accounts in the store, and
// prints how many times slower that is than with 10,000. It takes minutes, most of them to fill the store: -benchtime 1x.
func BenchmarkGrowth(b *testing.B) {
	const rows = 20_000
	for name, open := range benchEngines(b) {
		b.Run(name, func(b *testing.B) {
			p := &pipeline.Pipeline{Schema: must(crm.NewSchema()), Batch: 2000, Log: slog.New(slog.DiscardHandler), Store: partsOf(open(b)),
				Fallback: mapping.Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}}}
			take := func(book string) time.Duration {
				began := time.Now()
				rep, err := p.Run(b.Context(), pipeline.Job{Name: filepath.Base(book), Workbook: book})
				if err != nil || rep.Import.State != ledger.Done {
					b.Fatal(rep.Import.Why, err)
				}
				return time.Since(began)
			}
			var least time.Duration
			for there, i := 0, 0; i < 3; i++ {
				size := []int{10_000, 100_000, 1_000_000}[i]
				take(makeCSV(b, fmt.Sprintf("fill%d.csv", size), size-there, func(n int) (account, contact int) { return there + n, -1 }))
				there = size
				const imports = 7 // on SQLite every fifth or so has the keys go to their table
				var took time.Duration
				for n := range imports {
					rnd := rand.New(rand.NewPCG(uint64(size), uint64(n)))
					from := 10*size + n*rows
					took += take(makeCSV(b, fmt.Sprintf("rows%d-%d.csv", size, n), rows, func(n int) (account, contact int) {
						if n%2 == 0 {
							return rnd.IntN(size), from + n
						}
						return from + n, from + n
					}))
				}
				took /= imports
				if i == 0 {
					least = took
				}
				b.ReportMetric(rows/took.Seconds(), fmt.Sprintf("rows/s-at-%d", size))
				b.ReportMetric(took.Seconds()/least.Seconds(), fmt.Sprintf("times-at-%d", size))
			}
		})
	}
}

// makeCSV writes rows of the account, and where it is not negative the contact, that of says.
func makeCSV(b *testing.B, name string, rows int, of func(n int) (account, contact int)) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	f := must(os.Create(path))
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Företag;Postnr;Ort;E-post;Kontakt")
	for n := range rows {
		account, contact := of(n)
		fmt.Fprintf(w, "Nordsjö %d AB;%03d %02d;Örebro;", account, 100+account%800, account%100)
		if contact >= 0 {
			fmt.Fprintf(w, "anna.%d@exempel.se;Anna Öberg %d", contact, contact)
		} else {
			fmt.Fprint(w, ";")
		}
		fmt.Fprintln(w)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}
