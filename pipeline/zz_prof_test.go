package pipeline_test

import (
	"cmp"
	"strconv"
	"log/slog"
	"os"
	"testing"
	"time"
	"runtime/debug"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
)

func BenchmarkProf(b *testing.B) {
	debug.SetGCPercent(200)
	for name, open := range benchEngines(b) {
		if want := os.Getenv("PROF_ENGINE"); want != "" && want != name {
			continue
		}
		p := &pipeline.Pipeline{Schema: must(crm.NewSchema()), Batch: must(strconv.Atoi(cmp.Or(os.Getenv("PROF_BATCH"),"1000"))), Log: slog.New(slog.DiscardHandler),
			Fallback: mapping.Fallback{Account: []string{"name", "zip"}, Contact: []string{"email"}}}
		for b.Loop() {
			p.Store = open(b)
			t := time.Now()
			rep, err := p.Run(b.Context(), pipeline.Job{Name: "book.xlsx", Workbook: os.Getenv("PROF_BOOK")})
			if err != nil { b.Fatal(err) }
			b.Log(name, "fresh", time.Since(t), rep.Steps)
			if os.Getenv("PROF_AGAIN") != "" {
			t = time.Now()
			rep, err = p.Run(b.Context(), pipeline.Job{Name: "book.xlsx", Workbook: os.Getenv("PROF_BOOK"), Again: true})
			if err != nil { b.Fatal(err) }
			b.Log(name, "again", time.Since(t), rep.Steps)
			}
		}
	}
}
