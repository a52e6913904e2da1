package store_test

import (
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
)

// BenchmarkIndex measures, over documents of another program, the first match and what each later import pays to make sure that nothing has changed.
// It is linear, or a database of some size could not be matched against at all.
func BenchmarkIndex(b *testing.B) {
	for _, size := range []int{25_000, 100_000, 400_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			db := newDatabase(b)
			s := open(b, db.engine)
			for first := 0; first < size; first += 5_000 {
				docs := make([]any, 5_000)
				for i := range docs {
					n := first + i
					docs[i] = bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "name", Value: fmt.Sprint("Company ", n)}, {Key: "city", Value: "Lund"},
						{Key: "email", Value: fmt.Sprintf("info@company%d.se", n)}, {Key: "notes", Value: "something that somebody wrote about them"}}
				}
				_, err := db.Collection("accounts").InsertMany(b.Context(), docs)
				must(b, err)
			}
			for b.Loop() {
				began := time.Now()
				must(b, s.Index.Use(b.Context(), []crm.Rule{byName}))
				b.ReportMetric(time.Since(began).Seconds(), "s/first")
				began = time.Now()
				must(b, s.Index.Use(b.Context(), []crm.Rule{byName}))
				b.ReportMetric(time.Since(began).Seconds(), "s/unchanged")
			}
		})
	}
}
